import { useCallback } from 'react';

import { useI18n } from '../../../i18n/provider';
import type { Segment, Transcript } from '../types';

/** The given name of a speaker, else the role. */
export function useSpeakerName(speakers: Transcript['speakers']) {
  const { t } = useI18n();
  return useCallback((segment: Pick<Segment, 'speaker' | 'role'>) => {
    const speaker = speakers[segment.speaker];
    return speaker?.name || t(`transcript.role.${speaker?.role ?? segment.role}`);
  }, [speakers, t]);
}

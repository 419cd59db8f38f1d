import { Button, NativeSelect } from '@mantine/core';
import { memo, useState } from 'react';

import { Icon } from '../../components/icon';
import { usePlayback } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import type { TurnActions } from './turn-actions';
import { TurnEditor } from './turn-editor';
import classes from './transcript.module.css';
import type { Gap, Transcript } from './types';

interface Props {
  id: string;
  gap: Gap;
  speakers: Transcript['speakers'];
  /** Who spoke before the gap. */
  before: string;
  reachable: boolean;
  editing: boolean;
  saving: boolean;
  readOnly: boolean;
  actions: TurnActions;
}

/** Speech that was heard and has no words. */
export const GapRow = memo(function GapRow({ id, gap, speakers, before, reachable, editing, saving, readOnly, actions }: Props) {
  const { t, format } = useI18n();
  const { playPassages } = usePlayback();
  const [speaker, setSpeaker] = useState(before);
  const seconds = Math.max(1, Math.round((gap.end_ms - gap.start_ms) / 1000));
  const length = t('transcript.gapSeconds', { count: seconds });
  const choices = Object.entries(speakers).map(([value, one]) => ({ value, label: `${one.name || t(`transcript.role.${one.role}`)} (${value})` }));
  return (
    <div role="gridcell" className={classes.gap}>
      <Icon name="wave" />
      <span className={classes.gapLabel}><span>{t('transcript.gap', { length })}</span></span>
      <Button
        size="compact-sm" leftSection={<Icon name="play" size={12} />} tabIndex={reachable && !editing ? 0 : -1} data-stop data-words
        onClick={() => { playPassages([{ segmentId: id, startMs: gap.start_ms, endMs: gap.end_ms, quote: '' }]); }}
      >
        {t('transcript.play')}
      </Button>
      {!readOnly && !editing && <Button size="compact-sm" tabIndex={-1} data-stop onClick={() => { actions.edit(id); }}>{t('transcript.typeIt')}</Button>}
      {editing && (
        <div className={classes.gapForm}>
          <NativeSelect size="xs" aria-label={t('transcript.gapSpeaker')} data={choices} value={speaker} onChange={(event) => { setSpeaker(event.target.value); }} />
          <TurnEditor
            text="" label={t('transcript.gapText', { time: format.clock(gap.start_ms) })} saving={saving}
            onSave={(text) => { actions.insert(gap, speaker, text); }} onCancel={actions.cancel}
          />
        </div>
      )}
    </div>
  );
});

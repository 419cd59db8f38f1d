import { memo } from 'react';

import { Icon } from '../../components/icon';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { Range } from './lib/evidence';
import { isTimed } from './lib/tokens';
import classes from './transcript.module.css';
import type { Segment } from './types';
import { Words } from './words';

interface Props {
  segment: Segment;
  name: string;
  lang: string;
  dir: 'ltr' | 'rtl';
  /** The one row of the list that Tab reaches. */
  reachable: boolean;
  evidence?: Range[];
  kind?: 'claim' | 'risk';
  found?: Range[];
  cursor?: number;
}

export const TurnRow = memo(function TurnRow({ segment, name, lang, dir, reachable, evidence, kind, found, cursor }: Props) {
  const { t } = useI18n();
  return (
    <>
      <div role="gridcell" className={classes.time}>{isTimed(segment) && <Clock ms={segment.start_ms} />}</div>
      <div role="gridcell"><span className={classes.role}><bdi>{name}</bdi></span></div>
      <div role="gridcell" className={classes.words} lang={lang} dir={dir} tabIndex={reachable ? 0 : -1} data-words>
        <Words segment={segment} evidence={evidence} kind={kind} found={found} cursor={cursor} />
      </div>
      <div role="gridcell" className={classes.mark}>
        {evidence && kind === 'risk' && <span className={classes.markIcon} data-kind="risk" role="img" aria-label={t('transcript.riskMark')}><Icon name="flag" /></span>}
        {segment.edited && <span className={classes.markIcon} role="img" aria-label={t('transcript.edited')}><Icon name="pen" /></span>}
      </div>
    </>
  );
});

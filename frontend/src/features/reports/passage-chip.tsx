import { useState } from 'react';

import { Icon } from '../../components/icon';
import { usePlayback, type Passage } from '../../components/playback/playback';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import classes from './report.module.css';

interface Props {
  passages: Passage[];
  /** Tells that this evidence is being looked at. */
  onUse: () => void;
  tone?: 'risk';
  /** Rows of a list are one tab stop: only the row in use gives its chip one. */
  reachable?: boolean;
}

/** The time of the words a sentence rests on; plays them. Several are played in order, or one by one. */
export function PassageChip({ passages, onUse, tone, reachable = true }: Props) {
  const { t, tx, format } = useI18n();
  const playback = usePlayback();
  const [at, setAt] = useState<number | null>(null);
  const timed = passages.filter((passage) => passage.startMs !== null);
  const first = timed[0];
  const tabIndex = reachable ? undefined : -1;
  if (passages.length === 0) return null;
  if (!first) {
    return (
      <button type="button" className={classes.chip} data-tone={tone} tabIndex={tabIndex} onClick={onUse}>{t('reports.showWords')}</button>
    );
  }
  const play = (index: number | null) => {
    onUse();
    setAt(index);
    playback.playPassages(index === null ? timed : timed.slice(index, index + 1));
  };
  const step = (by: 1 | -1) => { play(((at ?? (by > 0 ? -1 : 0)) + by + timed.length) % timed.length); };
  const only = timed.length === 1;
  const shown = at === null ? undefined : timed[at];
  const label = only ? t('reports.playAt', { time: format.clock(first.startMs ?? 0) }) : t('reports.playClips', { count: timed.length });
  return (
    <span className={classes.chips}>
      {!only && <button type="button" className={classes.step} data-back tabIndex={tabIndex} aria-label={t('reports.previousClip')} onClick={() => { step(-1); }}><Icon name="chevron" size={12} /></button>}
      <button type="button" className={classes.chip} data-tone={tone} tabIndex={tabIndex} aria-label={label} onClick={() => { play(null); }}>
        <Icon name="play" size={12} />
        {only && <Clock ms={first.startMs ?? 0} />}
        {!only && (shown
          ? <>{tx('reports.clipAt', { number: (at ?? 0) + 1, count: timed.length, time: <Clock ms={shown.startMs ?? 0} /> })}</>
          : t('reports.clips', { count: timed.length }))}
      </button>
      {!only && <button type="button" className={classes.step} tabIndex={tabIndex} aria-label={t('reports.nextClip')} onClick={() => { step(1); }}><Icon name="chevron" size={12} /></button>}
    </span>
  );
}

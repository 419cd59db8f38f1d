import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useState } from 'react';

import { usePlayback } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import { evidenceOf } from './lib/evidence';
import { rowsOf } from './lib/rows';
import { useSpeakerName } from './lib/speaker-name';
import { startOf } from './lib/tokens';
import classes from './transcript.module.css';
import { TurnRow } from './turn-row';
import type { Transcript } from './types';

const RTL = /^(ar|fa|he|ur)\b/;

export function TurnList({ transcript }: { transcript: Transcript }) {
  const { t } = useI18n();
  const { seek, selection } = usePlayback();
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const rows = useMemo(() => rowsOf(transcript), [transcript]);
  const evidence = useMemo(() => evidenceOf(transcript.segments, selection), [transcript.segments, selection]);
  const nameOf = useSpeakerName(transcript.speakers);
  const dir = RTL.test(transcript.language) ? 'rtl' : 'ltr';
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are memoized by themselves, not by the compiler
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => 64,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 6,
  });

  return (
    <div ref={setScroller} className={classes.scroller}>
      <div
        role="grid"
        tabIndex={-1}
        aria-label={t('transcript.turns')}
        aria-rowcount={rows.length}
        className={classes.space}
        style={{ height: virtualizer.getTotalSize() }}
        onClick={(event) => {
          const word = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-token]') : null;
          const id = word?.closest<HTMLElement>('[data-turn]')?.dataset.turn;
          const segment = transcript.segments.find((one) => one.id === id);
          const ms = segment && startOf(segment, Number(word?.dataset.token));
          if (typeof ms === 'number') seek(ms, { play: true });
        }}
        onKeyDown={() => undefined}
      >
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (row?.kind !== 'turn') return null;
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              role="row"
              aria-rowindex={index + 1}
              data-index={index}
              data-turn={row.id}
              data-role={row.segment.role}
              className={`${classes.place} ${classes.row}`}
              style={{ transform: `translateY(${start.toString()}px)` }}
            >
              <TurnRow segment={row.segment} name={nameOf(row.segment)} lang={transcript.language} dir={dir} reachable={index === 0} evidence={evidence.get(row.id)} kind={selection?.kind} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

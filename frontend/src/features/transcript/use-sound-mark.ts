import { useEffect, useLayoutEffect, useRef } from 'react';

import { useSound } from '../../components/playback/playback';
import { turnAt } from './lib/rows';
import { tokensOf } from './lib/tokens';
import type { Segment } from './types';

function wordAt(segment: Segment, ms: number): number {
  let found = -1;
  tokensOf(segment).forEach(({ startMs }, index) => { if (startMs !== null && startMs <= ms) found = index; });
  return found;
}

const clear = (element: Element | null, name: string): void => { element?.removeAttribute(name); };

/** Marks the word that is said, straight in the document: rows are not rendered again for it. */
export function useSoundMark(grid: HTMLElement | null, segments: Segment[], onTurn: (segment: Segment) => void): void {
  const sound = useSound();
  const marked = useRef<{ row: Element | null; word: Element | null; id: string }>({ row: null, word: null, id: '' });
  const turned = useRef(onTurn);
  useEffect(() => { turned.current = onTurn; });
  const mark = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (!grid) return;
    mark.current = () => {
      const ms = sound.timeMs();
      const segment = ms > 0 || sound.isPlaying() ? segments[turnAt(segments, ms)] : undefined;
      const said = segment && ms <= segment.end_ms ? segment : undefined;
      const row = said ? grid.querySelector(`[data-turn="${said.id}"]`) : null;
      const word = said && row ? row.querySelector(`[data-token="${wordAt(said, ms).toString()}"]`) : null;
      const last = marked.current;
      if (last.row !== row) clear(last.row, 'data-on');
      if (last.word !== word) clear(last.word, 'data-now');
      row?.setAttribute('data-on', '');
      word?.setAttribute('data-now', '');
      marked.current = { row, word, id: said?.id ?? '' };
      if (said && sound.isPlaying() && said.id !== last.id) turned.current(said);
    };
    mark.current();
    return sound.subscribeTime(() => { mark.current(); });
  }, [grid, segments, sound]);

  // Rows that scrolled in were not there when their word began.
  useLayoutEffect(() => { mark.current(); });
}

import { useCallback, useState, type PointerEvent } from 'react';

import type { Passage } from '../../components/playback/playback';
import { tokensOf } from './lib/tokens';
import type { Segment } from './types';
import type { Cursor } from './use-turn-keys';

/** The row and word under an event. */
export function wordOf(target: EventTarget | null): Cursor | null {
  const word = target instanceof Element ? target.closest<HTMLElement>('[data-token]') : null;
  const row = word?.closest<HTMLElement>('[data-index]');
  return word && row ? { row: Number(row.dataset.index), word: Number(word.dataset.token) } : null;
}

export function passageOf(segment: Segment, from: number, to: number): Passage | null {
  const said = tokensOf(segment).slice(from, to + 1);
  const [first, last] = [said[0], said.at(-1)];
  if (!first || !last) return null;
  const starts = said.flatMap(({ startMs }) => startMs ?? []);
  const ends = said.flatMap(({ endMs }) => endMs ?? []);
  return { segmentId: segment.id, startMs: starts[0] ?? null, endMs: ends.at(-1) ?? null, quote: segment.text.slice(first.start, last.end) };
}

/** Words that are being selected, from where to the cursor; always within one turn. */
export function usePointed(pointing: boolean, cursor: Cursor, setCursor: (to: Cursor) => void) {
  const [anchor, setAnchor] = useState<Cursor | null>(null);
  const from = anchor?.row === cursor.row ? anchor.word : cursor.word;
  const range = pointing ? ([Math.min(from, cursor.word), Math.max(from, cursor.word)] as const) : undefined;
  const move = useCallback((to: Cursor, extend: boolean) => {
    setAnchor((old) => (extend ? (old?.row === to.row ? old : cursor.row === to.row ? cursor : to) : to));
    setCursor(to);
  }, [cursor, setCursor]);
  const onPointerDown = (event: PointerEvent) => {
    const at = pointing && event.button === 0 ? wordOf(event.target) : null;
    // A finger taps the first and the last word; it needs to be able to scroll.
    if (at) move(at, event.shiftKey || (event.pointerType === 'touch' && anchor?.row === at.row));
  };
  const onPointerOver = (event: PointerEvent) => {
    const at = pointing && event.buttons === 1 && event.pointerType !== 'touch' ? wordOf(event.target) : null;
    if (at && at.row === cursor.row && at.word !== cursor.word) move(at, true);
  };
  return { range, move, onPointerDown, onPointerOver };
}

import type { KeyboardEvent } from 'react';

import { isTextField } from '../../components/shortcuts';
import { tokensOf } from './lib/tokens';
import type { Row } from './lib/rows';

export interface Cursor {
  row: number;
  word: number;
}

interface Options {
  rows: Row[];
  cursor: Cursor;
  dir: 'ltr' | 'rtl';
  pointing: boolean;
  move: (to: Cursor, extend: boolean) => void;
  /** Enter on a word. */
  enter: () => void;
}

const PAGE = 8;
const last = (row: Row | undefined): number => (row?.kind === 'turn' ? Math.max(0, tokensOf(row.segment).length - 1) : 0);

/** The places of a row that take the focus, in their order. */
const stopsOf = (target: Element): HTMLElement[] =>
  [...(target.closest('[role=row]')?.querySelectorAll<HTMLElement>('[data-stop], [data-words]') ?? [])];

/** One tab stop: up and down between turns, left and right between words and what stands beside them. */
export function useTurnKeys({ rows, cursor, dir, pointing, move, enter }: Options) {
  const sideways = (event: KeyboardEvent, target: Element) => {
    const step = (event.key === 'ArrowRight') === (dir === 'ltr') ? 1 : -1;
    const next = cursor.word + step;
    const words = target.matches('[data-words]:not([data-stop])');
    if (words && next >= 0 && next <= last(rows[cursor.row])) {
      move({ row: cursor.row, word: next }, event.shiftKey && pointing);
      return;
    }
    const stops = stopsOf(target);
    const at = stops.findIndex((stop) => stop === target);
    stops[at + step]?.focus();
  };
  const vertical = (event: KeyboardEvent): number | undefined => {
    switch (event.key) {
      case 'ArrowUp': return cursor.row - 1;
      case 'ArrowDown': return cursor.row + 1;
      case 'PageUp': return cursor.row - PAGE;
      case 'PageDown': return cursor.row + PAGE;
      case 'Home': return event.ctrlKey ? 0 : undefined;
      case 'End': return event.ctrlKey ? rows.length - 1 : undefined;
      default: return undefined;
    }
  };
  return (event: KeyboardEvent) => {
    const target = event.target;
    if (!(target instanceof HTMLElement) || event.altKey || isTextField(target) || target.closest('[role=menu], [role=dialog]')) return;
    const row = vertical(event);
    const words = target.matches('[data-words]:not([data-stop])');
    if (row !== undefined) move({ row: Math.min(rows.length - 1, Math.max(0, row)), word: 0 }, false);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') sideways(event, target);
    else if (words && event.key === 'Home') move({ row: cursor.row, word: 0 }, event.shiftKey && pointing);
    else if (words && event.key === 'End') move({ row: cursor.row, word: last(rows[cursor.row]) }, event.shiftKey && pointing);
    else if (words && event.key === 'Enter' && !event.ctrlKey) enter();
    else return;
    event.preventDefault();
  };
}

/** Undo on a page whose parts keep their own steps: the newest step goes first, wherever the focus is. */
import { useEffect, useRef } from 'react';

import { useShortcuts } from './shortcuts';
import { dismissUndo } from './undo-bar';

/** Taken back or done again; the moments are those of `nextMoment`. */
export type Way = 'undo' | 'redo';

export interface Steps {
  /** When the step that would come next was made; undefined without one. */
  at: (way: Way) => number | undefined;
  take: (way: Way) => void;
}

let moment = 0;

/** Orders the steps of all parts of a page. */
export const nextMoment = (): number => { moment += 1; return moment; };

const known = new Set<{ current: Steps }>();

function isNewest(own: Steps, way: Way): boolean {
  const at = own.at(way);
  return at !== undefined && [...known].every(({ current }) => (current.at(way) ?? 0) <= at);
}

/** Ctrl Z and Ctrl Shift Z for one part of a page. Text fields keep their own. */
export function useStepKeys(title: string, labels: Record<Way, string>, steps: Steps): void {
  const latest = useRef(steps);
  useEffect(() => { latest.current = steps; });
  useEffect(() => {
    known.add(latest);
    return () => { known.delete(latest); };
  }, []);
  useShortcuts(title, (['undo', 'redo'] as const).map((way) => (
    { code: 'KeyZ', ctrl: true, shift: way === 'redo', label: labels[way], when: () => isNewest(steps, way), run: () => { dismissUndo(); steps.take(way); } }
  )));
}

import { useMemo } from 'react';

import { characters } from './lib/invert';
import type { Gap, Role, Segment } from './types';
import type { Corrections } from './use-corrections';

export interface TurnActions {
  /** A turn's id, or that of a gap's row. */
  edit: (id: string) => void;
  cancel: () => void;
  save: (segment: Segment, text: string) => void;
  split: (segment: Segment, text: string, at: number) => void;
  speaker: (key: string, change: { role?: Role; name?: string }) => void;
  reassign: (id: string, speaker: string) => void;
  merge: (id: string, next: string) => void;
  insert: (gap: Gap, speaker: string, text: string) => void;
}

const squeezed = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** What can be done to turns; the same object as long as the session is. */
export function useTurnActions({ correct }: Corrections, setEditing: (id: string | null) => void, focusRow: () => void): TurnActions {
  return useMemo(() => {
    const close = () => {
      setEditing(null);
      focusRow();
    };
    const closeWhen = (saved: boolean) => { if (saved) close(); };
    return {
      edit: setEditing,
      cancel: close,
      save: (segment, text) => {
        const next = squeezed(text);
        if (next === segment.text) close();
        else void correct({ segments: [{ id: segment.id, text: next }] }, next ? 'edit' : 'remove').then(closeWhen);
      },
      split: async (segment, text, at) => {
        const [left, right] = [squeezed(text.slice(0, at)), squeezed(text.slice(at))];
        if (!left || !right) return;
        const whole = `${left} ${right}`;
        if (whole !== segment.text && !(await correct({ segments: [{ id: segment.id, text: whole }] }, 'edit'))) return;
        closeWhen(await correct({ split: [{ id: segment.id, offset: characters(left) }] }, 'split'));
      },
      speaker: (key, change) => { void correct({ speakers: { [key]: change } }, 'speaker'); },
      reassign: (id, speaker) => { void correct({ segments: [{ id, speaker }] }, 'speaker'); },
      merge: (id, next) => { void correct({ merge: [{ ids: [id, next] }] }, 'merge'); },
      insert: (gap, speaker, text) => {
        const words = squeezed(text);
        if (words) void correct({ insert: [{ start_ms: gap.start_ms, end_ms: gap.end_ms, speaker, text: words }] }, 'insert').then(closeWhen);
        else close();
      },
    } satisfies TurnActions;
  }, [correct, setEditing, focusRow]);
}

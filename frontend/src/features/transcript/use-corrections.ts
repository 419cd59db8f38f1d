import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';

import { errorKey } from '../../api/errors';
import { announce } from '../../components/live-region';
import { nextMoment, type Way } from '../../components/steps';
import { dismissUndo, offerUndo } from '../../components/undo-bar';
import { useI18n } from '../../i18n/provider';
import { correctTranscript } from './api/correct-transcript';
import { transcriptQuery } from './api/transcript-query';
import { invert, missing } from './lib/invert';
import type { Correction } from './types';

export type Done = 'edit' | 'remove' | 'speaker' | 'insert' | 'merge' | 'split';

interface Step {
  change: Correction;
  /** Ids that this step brings back under new ones. */
  lost: string[];
  /** Among the steps of the page. */
  at: number;
}

interface History {
  undo: Step[];
  redo: Step[];
}

/** A turn that was taken away and comes back has a new id; the steps that wait must know it. */
function renamed(history: History, names: Map<string, string>): History {
  if (names.size === 0) return history;
  let written = JSON.stringify(history);
  names.forEach((next, old) => { written = written.replaceAll(old, next); });
  return JSON.parse(written) as History;
}

export interface Corrections {
  /** False when it was not saved; the sentence why is in `error`. */
  correct: (change: Correction, done: Done) => Promise<boolean>;
  undo: () => Promise<void>;
  redo: () => Promise<void>;
  /** When the step that undo or redo would take was made. */
  stepAt: (way: Way) => number | undefined;
  canUndo: boolean;
  canRedo: boolean;
  saving: boolean;
  error: string;
}

/** Corrections of a transcript, one after the other, each with its way back. */
export function useCorrections(sessionId: string): Corrections {
  const { t } = useI18n();
  const queryClient = useQueryClient();
  const history = useRef<History>({ undo: [], redo: [] });
  const busy = useRef(false);
  const [counts, setCounts] = useState({ undo: 0, redo: 0 });
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState('');

  const apply = useCallback(async (change: Correction, lost: string[]): Promise<Step | null> => {
    const { queryKey } = transcriptQuery(sessionId);
    const before = queryClient.getQueryData(queryKey);
    if (!before || busy.current) return null;
    busy.current = true;
    setSaving(true);
    setError('');
    try {
      await queryClient.cancelQueries({ queryKey });
      const after = await correctTranscript(sessionId, change);
      queryClient.setQueryData(queryKey, after);
      // Counts of the session and evidence of the report change with the words.
      void queryClient.invalidateQueries({ predicate: ({ queryKey: key }) => key[1] === sessionId && key[2] !== 'transcript' });
      const made = missing(after, before);
      history.current = renamed(history.current, new Map(lost.flatMap((id, index) => (made[index] ? [[id, made[index]] as const] : []))));
      return { change: invert(before, change, after), lost: missing(before, after), at: nextMoment() };
    } catch (failure) {
      const sentence = `${t('transcript.failed')} ${t(errorKey(failure))}`;
      setError(sentence);
      announce(sentence, 'assertive');
      return null;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }, [queryClient, sessionId, t]);

  const stepAt = useCallback((way: Way) => history.current[way].at(-1)?.at, []);
  const keep = useCallback((next: History) => {
    history.current = next;
    setCounts({ undo: next.undo.length, redo: next.redo.length });
  }, []);

  const undo = useCallback(async () => {
    const step = history.current.undo.at(-1);
    const back = step && (await apply(step.change, step.lost));
    if (!back) return;
    keep({ undo: history.current.undo.slice(0, -1), redo: [...history.current.redo, back] });
    dismissUndo();
    announce(t('transcript.undone'));
  }, [apply, keep, t]);

  const redo = useCallback(async () => {
    const step = history.current.redo.at(-1);
    const back = step && (await apply(step.change, step.lost));
    if (!back) return;
    keep({ undo: [...history.current.undo, back], redo: history.current.redo.slice(0, -1) });
    announce(t('transcript.redone'));
  }, [apply, keep, t]);

  const correct = useCallback(async (change: Correction, done: Done) => {
    const back = await apply(change, []);
    if (!back) return false;
    keep({ undo: [...history.current.undo, back], redo: [] });
    offerUndo(t(`transcript.done.${done}`), () => { void undo(); });
    return true;
  }, [apply, keep, t, undo]);

  return useMemo(
    () => ({ correct, undo, redo, stepAt, canUndo: counts.undo > 0, canRedo: counts.redo > 0, saving, error }),
    [correct, undo, redo, stepAt, counts, saving, error],
  );
}

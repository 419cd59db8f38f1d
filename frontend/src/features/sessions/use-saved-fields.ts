import { useCallback, useEffect, useRef, useState } from 'react';

import { useUpdateSession, type SessionChange } from './api/update-session';

const WAIT_MS = 800;

/** Saves what is typed, shortly after; what could not be saved is kept and sent with the next change. */
export function useSavedFields(sessionId: string) {
  const { mutate, error, isPending, isSuccess, submittedAt } = useUpdateSession(sessionId);
  const waiting = useRef<SessionChange>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [unsaved, setUnsaved] = useState(false);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const change = waiting.current;
    if (Object.keys(change).length === 0) return;
    waiting.current = {};
    mutate(change, {
      onError: () => { waiting.current = { ...change, ...waiting.current }; },
      onSuccess: () => { setUnsaved(Object.keys(waiting.current).length > 0); },
    });
  }, [mutate]);

  const save = useCallback((change: SessionChange) => {
    waiting.current = { ...waiting.current, ...change };
    setUnsaved(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(flush, WAIT_MS);
  }, [flush]);

  useEffect(() => {
    // Leaving the page sends what waits; the answer is not needed for that.
    window.addEventListener('online', flush);
    const ask = (event: BeforeUnloadEvent) => { if (Object.keys(waiting.current).length > 0) event.preventDefault(); };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('online', flush);
      window.removeEventListener('beforeunload', ask);
      flush();
    };
  }, [flush]);

  return { save, flush, error, saving: isPending, saved: isSuccess && !unsaved, unsaved, at: submittedAt };
}

import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';

import { isApiError } from '../../api/errors';
import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { fetchPrivateNote, privateNoteQuery, type PrivateNoteData } from './api/private-note-query';
import { savePrivateNote } from './api/save-private-note';
import { forgetWork, keepWork, keptWork, noteOf } from './kept-work';

/** Written against the version with this tag, and not saved when the page was left. */
interface KeptNote {
  text: string;
  etag: string;
}

/** Not saved yet, kept in the memory of the tab over a change of page. */
const unsaved = new WeakMap<QueryClient, Map<string, string>>();

function unsavedOf(queryClient: QueryClient): Map<string, string> {
  const known = unsaved.get(queryClient) ?? new Map<string, string>();
  unsaved.set(queryClient, known);
  return known;
}

const TYPING_MS = 1_000;
const AGAIN_MS = 5_000;

/** The note while it is written: saved by itself, kept until then, also over a reload, never over another tab's words. */
export function usePrivateNote(sessionId: string) {
  const queryClient = useQueryClient();
  const query = useQuery({ ...privateNoteQuery(sessionId), refetchOnWindowFocus: false });
  const [mine, setMine] = useState<string | null>(() => unsavedOf(queryClient).get(sessionId) ?? null);
  const [saving, setSaving] = useState(false);
  const [savedAt, setSavedAt] = useState<Date | null>(null);
  const [offlineSince, setOfflineSince] = useState<Date | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<PrivateNoteData | null>(null);
  const text = useRef<string | null>(mine);
  const owner = useCurrentTherapist()?.id;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const busy = useRef(false);
  const latest = useRef<() => Promise<void>>(() => Promise.resolve());

  const save = useCallback(async (): Promise<void> => {
    const sent = text.current;
    const before = queryClient.getQueryData(privateNoteQuery(sessionId).queryKey);
    if (sent === null || !before || busy.current) return;
    busy.current = true;
    setSaving(true);
    let again = 0;
    try {
      const data = await savePrivateNote(sessionId, sent, before.etag);
      queryClient.setQueryData(privateNoteQuery(sessionId).queryKey, data);
      setSavedAt(new Date());
      setOfflineSince(null);
      setFailed(null);
      if (text.current === sent) {
        text.current = null;
        unsavedOf(queryClient).delete(sessionId);
        if (owner) void forgetWork(owner, noteOf(sessionId));
      } else {
        again = 1;
      }
    } catch (error) {
      if (isApiError(error, 'offline')) {
        setOfflineSince((since) => since ?? new Date());
        again = AGAIN_MS;
      } else if (isApiError(error, 'edit_conflict')) {
        await fetchPrivateNote(sessionId).then(setTheirs, setFailed);
      } else {
        setFailed(error);
      }
    } finally {
      busy.current = false;
      setSaving(false);
    }
    if (again > 0) timer.current = setTimeout(() => { void latest.current(); }, again);
  }, [owner, queryClient, sessionId]);

  useEffect(() => { latest.current = save; }, [save]);

  // Written before a reload. Where another tab saved since, the tag of then is refused, and both are shown.
  const { data } = query;
  const asked = useRef(false);
  useEffect(() => {
    if (!owner || !data || asked.current) return;
    asked.current = true;
    void keptWork(owner, noteOf(sessionId)).then((found) => {
      const kept = found as KeptNote | undefined;
      if (!kept || text.current !== null || kept.text === data.note.text) return;
      text.current = kept.text;
      unsavedOf(queryClient).set(sessionId, kept.text);
      setMine(kept.text);
      queryClient.setQueryData(privateNoteQuery(sessionId).queryKey, { ...data, etag: kept.etag });
      void latest.current();
    });
  }, [data, owner, queryClient, sessionId]);
  useEffect(() => {
    // Written before this page was left, and not saved then.
    if (text.current !== null) void latest.current();
    const guard = (event: BeforeUnloadEvent) => { if (text.current !== null) event.preventDefault(); };
    const online = () => { void latest.current(); };
    window.addEventListener('beforeunload', guard);
    window.addEventListener('online', online);
    return () => {
      window.removeEventListener('beforeunload', guard);
      window.removeEventListener('online', online);
      clearTimeout(timer.current);
      void latest.current();
    };
  }, []);

  const resolve = (keep: 'mine' | 'theirs') => {
    if (!theirs) return;
    queryClient.setQueryData(privateNoteQuery(sessionId).queryKey, theirs);
    setTheirs(null);
    if (keep === 'mine') {
      void save();
    } else {
      text.current = null;
      unsavedOf(queryClient).delete(sessionId);
      if (owner) void forgetWork(owner, noteOf(sessionId));
      setMine(theirs.note.text);
    }
  };
  return {
    query, saving, savedAt, offlineSince, failed, theirs, resolve,
    text: mine ?? query.data?.note.text ?? '',
    write: (next: string) => {
      setMine(next);
      text.current = next;
      unsavedOf(queryClient).set(sessionId, next);
      if (owner) void keepWork(owner, noteOf(sessionId), { text: next, etag: data?.etag ?? '' } satisfies KeptNote);
      clearTimeout(timer.current);
      if (!theirs) timer.current = setTimeout(() => { void save(); }, TYPING_MS);
    },
    flush: () => { if (!theirs) void save(); },
  };
}

import { queryOptions } from '@tanstack/react-query';

import { api } from '../../../api/client';
import type { components } from '../../../api/schema';

type PrivateNote = components['schemas']['PrivateNote'];

export interface PrivateNoteData {
  note: PrivateNote;
  etag: string;
}

export async function fetchPrivateNote(sessionId: string, signal?: AbortSignal): Promise<PrivateNoteData> {
  const { data, response } = await api.GET('/sessions/{session_id}/private-note', {
    params: { path: { session_id: sessionId } },
    signal,
  });
  return { note: data as PrivateNote, etag: response.headers.get('ETag') ?? '' };
}

export const privateNoteQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ['sessions', sessionId, 'private-note'],
    queryFn: ({ signal }) => fetchPrivateNote(sessionId, signal),
  });

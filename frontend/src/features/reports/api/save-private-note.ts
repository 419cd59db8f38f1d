import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { PrivateNoteData } from './private-note-query';

export async function savePrivateNote(sessionId: string, text: string, etag: string): Promise<PrivateNoteData> {
  const { data, response } = await api.PUT('/sessions/{session_id}/private-note', {
    params: { path: { session_id: sessionId }, header: { 'If-Match': etag } },
    body: { text },
  });
  return { note: data as components['schemas']['PrivateNote'], etag: response.headers.get('ETag') ?? '' };
}

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Upload = components['schemas']['Upload'];

/** Opens an upload; the key makes it one upload however often this is sent. */
export function createUpload(sessionId: string, file: { filename: string; size: number }, key: string): Promise<Upload> {
  return body(api.POST('/sessions/{session_id}/audio/uploads', {
    params: { path: { session_id: sessionId } },
    body: { filename: file.filename, size: file.size },
    headers: { 'Idempotency-Key': key },
  }));
}

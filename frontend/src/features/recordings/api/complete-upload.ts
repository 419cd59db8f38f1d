import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Session = components['schemas']['Session'];

/** Makes the parts the recording and starts the work on it; asking again answers the same. */
export function completeUpload(sessionId: string, uploadId: string, size: number, signal: AbortSignal): Promise<Session> {
  return body(api.POST('/sessions/{session_id}/audio/uploads/{upload_id}/complete', {
    params: { path: { session_id: sessionId, upload_id: uploadId } },
    body: { size },
    signal,
  }));
}

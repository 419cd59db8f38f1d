import { api, body } from '../../../api/client';
import type { Upload } from './create-upload';

/** Which parts the server has. */
export function readUpload(sessionId: string, uploadId: string, signal: AbortSignal): Promise<Upload> {
  return body(api.GET('/sessions/{session_id}/audio/uploads/{upload_id}', {
    params: { path: { session_id: sessionId, upload_id: uploadId } },
    signal,
  }));
}

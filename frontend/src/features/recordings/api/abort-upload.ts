import { api } from '../../../api/client';

/** Gives an upload up; the server removes its parts. */
export async function abortUpload(sessionId: string, uploadId: string): Promise<void> {
  await api.DELETE('/sessions/{session_id}/audio/uploads/{upload_id}', {
    params: { path: { session_id: sessionId, upload_id: uploadId } },
  });
}

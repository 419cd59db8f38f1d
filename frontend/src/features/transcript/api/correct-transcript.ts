import { api, body } from '../../../api/client';
import type { Correction, Transcript } from '../types';

/** All corrections of one call are made together or not at all. */
export const correctTranscript = (sessionId: string, correction: Correction): Promise<Transcript> =>
  body(api.PATCH('/sessions/{session_id}/transcript', { params: { path: { session_id: sessionId } }, body: correction }));

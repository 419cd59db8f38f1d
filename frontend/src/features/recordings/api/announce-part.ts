import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { Part } from './send-part';

export type PartAddress = components['schemas']['UploadPartAddress'];

/** Where a part of these bytes goes; another part under the same number is refused from then on. */
export function announcePart(part: Part, signal: AbortSignal): Promise<PartAddress> {
  return body(api.POST('/sessions/{session_id}/audio/uploads/{upload_id}/parts/{number}', {
    params: { path: { session_id: part.sessionId, upload_id: part.uploadId, number: part.number } },
    body: { size: part.bytes.length, sha256: part.sha256 },
    signal,
  }));
}

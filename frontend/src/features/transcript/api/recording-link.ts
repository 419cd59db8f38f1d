/** POST /sessions/{id}/audio/link: an address that the media element can ask without a token. */
import { api, body } from '../../../api/client';
import { ApiError, errorFrom } from '../../../api/errors';

export interface RecordingLink {
  url: string;
  expiresAt: number;
}

export async function recordingLink(sessionId: string, signal: AbortSignal): Promise<RecordingLink> {
  const link = await body(api.POST('/sessions/{session_id}/audio/link', { params: { path: { session_id: sessionId } }, signal }));
  return { url: link.url, expiresAt: Date.parse(link.expires_at) };
}

/** Why the address does not answer; null when it does. */
export async function linkError(url: string, signal: AbortSignal): Promise<ApiError | null> {
  try {
    const response = await fetch(new URL(url, window.location.origin), { headers: { Range: 'bytes=0-0' }, signal });
    return response.ok ? null : await errorFrom(response);
  } catch {
    return new ApiError('offline', 0);
  }
}

/** A recording that is fetched whole, with the token, and played from memory. */
import { authorizedFetch } from '../../api/client';
import { ApiError, errorFrom } from '../../api/errors';

async function readAll(response: Response, onPart: (fraction: number) => void, expected: number): Promise<Blob> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!response.body) return response.blob();
  const total = Number(response.headers.get('Content-Length')) || expected;
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type });
    parts.push(value);
    received += value.byteLength;
    if (total > 0) onPart(Math.min(1, received / total));
  }
}

export async function fetchRecording(sessionId: string, expected: number, onPart: (fraction: number) => void, signal: AbortSignal): Promise<Blob> {
  const request = new Request(new URL(`/sessions/${sessionId}/audio`, window.location.origin), { signal, credentials: 'same-origin' });
  try {
    const response = await authorizedFetch(request);
    if (!response.ok) throw await errorFrom(response);
    return await readAll(response, onPart, expected);
  } catch (error) {
    if (signal.aborted || error instanceof ApiError) throw error;
    throw new ApiError('offline', 0);
  }
}

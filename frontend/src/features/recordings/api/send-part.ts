import { getAccessToken } from '../../../api/access-token';
import { ApiError, errorFrom } from '../../../api/errors';
import { refreshAccessToken } from '../../../api/refresh';

export interface Part {
  sessionId: string;
  uploadId: string;
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Empty where the browser offers no hashing (plain http). */
  sha256: string;
}

interface Options {
  signal: AbortSignal;
  onProgress: (sent: number) => void;
}

/** Puts one part. By XMLHttpRequest, for fetch tells nothing of how far a body has gone. */
export async function sendPart(part: Part, options: Options): Promise<void> {
  let response = await put(part, getAccessToken(), options);
  if (response.status === 401) {
    const token = await refreshAccessToken();
    if (token) response = await put(part, token, options);
  }
  if (!response.ok) throw await errorFrom(response);
}

function put(part: Part, token: string | null, { signal, onProgress }: Options): Promise<Response> {
  const path = `/sessions/${part.sessionId}/audio/uploads/${part.uploadId}/parts/${part.number}`;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => { request.abort(); };
    const done = () => { signal.removeEventListener('abort', abort); };
    request.open('PUT', new URL(path, window.location.origin));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    if (part.sha256) request.setRequestHeader('X-Part-SHA256', part.sha256);
    request.upload.onprogress = (event) => { onProgress(event.loaded); };
    request.onload = () => {
      done();
      // A status that carries no body may not be given one.
      resolve(new Response(request.status === 204 ? null : request.responseText, { status: request.status }));
    };
    request.onerror = () => { done(); reject(new ApiError('offline', 0)); };
    request.onabort = () => { done(); reject(new DOMException('aborted', 'AbortError')); };
    if (signal.aborted) { reject(new DOMException('aborted', 'AbortError')); return; }
    signal.addEventListener('abort', abort, { once: true });
    request.send(part.bytes);
  });
}

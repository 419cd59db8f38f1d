import { getAccessToken } from '../../../api/access-token';
import { ApiError, errorFrom, isApiError } from '../../../api/errors';
import { refreshAccessToken } from '../../../api/refresh';
import { announcePart } from './announce-part';

export interface Part {
  sessionId: string;
  uploadId: string;
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Empty where the browser offers no hashing (plain http). */
  sha256: string;
}

export interface SendOptions {
  signal: AbortSignal;
  onProgress: (sent: number) => void;
}

/** Puts one part to the server. By XMLHttpRequest, for fetch tells nothing of how far a body has gone. */
export async function sendPart(part: Part, options: SendOptions): Promise<void> {
  let response = await put(ownRequest(part, getAccessToken()), part.bytes, options);
  if (response.status === 401) {
    const token = await refreshAccessToken();
    if (token) response = await put(ownRequest(part, token), part.bytes, options);
  }
  if (!response.ok) throw await errorFrom(response);
}

/** The upload has a part of another file under this number, and cannot take it back. */
export class OtherFile extends Error {}

/** Puts one part to the address in the storage that the server gives for just these bytes. */
export async function sendPartDirect(part: Part, options: SendOptions): Promise<void> {
  const address = await announcePart(part, options.signal).catch((error: unknown) => {
    throw isApiError(error, 'checksum_mismatch') ? new OtherFile() : error;
  });
  const response = await put(address, part.bytes, options);
  // Its own words are for machines; an address that ran out is made anew by the next try.
  if (!response.ok) throw new ApiError('storage_unavailable', 503);
}

interface PutRequest {
  url: string;
  headers: Record<string, string>;
}

function ownRequest(part: Part, token: string | null): PutRequest {
  return {
    url: `/sessions/${part.sessionId}/audio/uploads/${part.uploadId}/parts/${part.number}`,
    headers: {
      'Content-Type': 'application/octet-stream',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(part.sha256 ? { 'X-Part-SHA256': part.sha256 } : {}),
    },
  };
}

function put({ url, headers }: PutRequest, bytes: Uint8Array<ArrayBuffer>, { signal, onProgress }: SendOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => { request.abort(); };
    const done = () => { signal.removeEventListener('abort', abort); };
    request.open('PUT', new URL(url, window.location.origin));
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
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
    request.send(bytes);
  });
}

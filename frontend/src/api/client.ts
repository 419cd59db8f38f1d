import createClient from 'openapi-fetch';

import { getAccessToken } from './access-token';
import { ApiError, errorFrom } from './errors';
import { refreshAccessToken } from './refresh';
import type { paths } from './schema';

/** Their 401 speaks of what was typed or of the cookie, not of an access token that ran out. */
const WITHOUT_TOKEN = /^\/auth\/(login|register|refresh|logout|password\/reset)/;

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

/** fetch with the access token; after a 401 it is renewed once and the request sent again. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  if (WITHOUT_TOKEN.test(path)) return fetch(request);
  const again = request.clone();
  const sent = getAccessToken();
  const response = await fetch(withToken(request, sent));
  if (response.status !== 401) return response;
  const current = getAccessToken();
  const token = current && current !== sent ? current : await refreshAccessToken();
  return token ? fetch(withToken(again, token)) : response;
}

async function send(request: Request): Promise<Response> {
  // A POST that is sent twice creates once; a caller that retries by itself sends its own key.
  if (request.method === 'POST' && !request.headers.has('Idempotency-Key') && !request.url.includes('/auth/')) {
    request.headers.set('Idempotency-Key', newIdempotencyKey());
  }
  let response: Response;
  try {
    response = await authorizedFetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('offline', 0);
  }
  if (!response.ok) throw await errorFrom(response);
  return response;
}

/** Relative to the page; every answer that is not 2xx throws an ApiError. */
export const api = createClient<paths>({ baseUrl: window.location.origin, credentials: 'same-origin', fetch: send });

/** The body of an answer: `await body(api.GET('/patients'))`. */
export async function body<T>(call: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  return (await call).data as NonNullable<T>;
}

/** One per thing the user wants to create; give the same one again when sending it again. */
export function newIdempotencyKey(): string {
  // randomUUID is missing on plain http outside localhost.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

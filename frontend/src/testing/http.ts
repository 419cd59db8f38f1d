import { http, HttpResponse, type HttpResponseResolver } from 'msw';

import type { ErrorCode } from '../api/errors';

/** An address of the API for msw: url('/patients/:id'). */
export const url = (path: string): string => new URL(path, window.location.origin).href;

export const get = (path: string, resolver: HttpResponseResolver) => http.get(url(path), resolver);
export const post = (path: string, resolver: HttpResponseResolver) => http.post(url(path), resolver);
export const put = (path: string, resolver: HttpResponseResolver) => http.put(url(path), resolver);
export const patch = (path: string, resolver: HttpResponseResolver) => http.patch(url(path), resolver);
export const del = (path: string, resolver: HttpResponseResolver) => http.delete(url(path), resolver);

/** An answer typed by the schema: json<Patient>({...}). */
export const json = <T>(value: T, init?: ResponseInit) => HttpResponse.json(value as object, init);

export function problem(code: Exclude<ErrorCode, 'offline'>, status: number, more: Record<string, unknown> = {}) {
  return HttpResponse.json(
    { type: `https://example.test/${code}`, title: code, status, code, detail: code, ...more },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );
}

/** A list as the API pages it. */
export const page = <T>(results: T[]) => json({ count: results.length, next: null, previous: null, results });

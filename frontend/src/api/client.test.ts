import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';

import { problem, url } from '../testing/http';
import { server } from '../testing/server';
import { getAccessToken, setAccessToken } from './access-token';
import { api, body } from './client';

const list = { count: 0, next: null, previous: null, results: [] };

describe('client', () => {
  it('renews the token once for calls that fail together, and sends them again', async () => {
    let renewed = 0;
    setAccessToken('old');
    server.use(
      http.post(url('/auth/refresh'), ({ request }) => {
        renewed += 1;
        expect(request.headers.get('X-Refresh-Cookie')).toBe('1');
        return HttpResponse.json({ access: 'new' });
      }),
      http.get(url('/patients'), ({ request }) =>
        request.headers.get('Authorization') === 'Bearer new' ? HttpResponse.json(list) : problem('not_authenticated', 401)),
    );
    const answers = await Promise.all([body(api.GET('/patients')), body(api.GET('/patients')), body(api.GET('/patients'))]);
    expect(answers.map((answer) => answer.count)).toEqual([0, 0, 0]);
    expect(renewed).toBe(1);
    expect(getAccessToken()).toBe('new');
  });

  it('ends the visit when the cookie is refused', async () => {
    setAccessToken('old');
    server.use(
      http.post(url('/auth/refresh'), () => problem('not_authenticated', 401)),
      http.get(url('/patients'), () => problem('not_authenticated', 401)),
    );
    await expect(api.GET('/patients')).rejects.toMatchObject({ code: 'not_authenticated', status: 401 });
    expect(getAccessToken()).toBeNull();
  });

  it('sends the same body and the same Idempotency-Key again after a renewal', async () => {
    const seen: unknown[] = [];
    setAccessToken('old');
    server.use(
      http.post(url('/auth/refresh'), () => HttpResponse.json({ access: 'new' })),
      http.post(url('/patients'), async ({ request }) => {
        seen.push([request.headers.get('Idempotency-Key'), await request.json()]);
        return seen.length === 1 ? problem('not_authenticated', 401) : HttpResponse.json({ id: 'x' }, { status: 201 });
      }),
    );
    await api.POST('/patients', { body: { full_name: 'Daniel Reyes' } });
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
  });

  it('tells no connection from a refusal, and keeps the fields of a refusal', async () => {
    server.use(http.get(url('/patients'), () => HttpResponse.error()));
    await expect(api.GET('/patients')).rejects.toMatchObject({ code: 'offline', status: 0 });
    server.use(http.post(url('/patients'), () => problem('validation_error', 400, { errors: { full_name: [{ code: 'max_length', message: 'Too long.' }] } })));
    await expect(api.POST('/patients', { body: { full_name: 'D' } })).rejects.toMatchObject({ errors: { full_name: [{ code: 'max_length', message: 'Too long.' }] } });
  });
});

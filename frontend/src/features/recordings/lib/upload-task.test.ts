import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';

import { setAccessToken } from '../../../api/access-token';
import type { components } from '../../../api/schema';
import { uuid } from '../../../testing/factories';
import { del, get, json, post, problem, put } from '../../../testing/http';
import { server } from '../../../testing/server';
import { sha256, type Source } from './bytes';
import { UploadTask, type UploadPhase } from './upload-task';

type Upload = components['schemas']['Upload'];
const PART = 4;
const text = 'abcdefghij';
const sessionId = uuid();
const uploadId = uuid();
const bytes = (value: string) => new Uint8Array(new TextEncoder().encode(value));
const source: Source = { filename: 'talk.ogg', size: text.length, read: (from, to) => Promise.resolve(bytes(text.slice(from, to))) };

/** A server that keeps parts; `fail` may answer a part in its own way, once for each entry. */
async function fakeServer(there: Record<number, string> = {}, fail: Record<number, Response[]> = {}) {
  const parts = new Map(Object.entries(there).map(([number, value]) => [Number(number), value]));
  const puts: number[] = [];
  let created = 0;
  const upload = async (): Promise<Upload> => ({
    id: uploadId, filename: 'talk.ogg', size: text.length, sha256: '', state: 'open', part_size: PART, direct: false,
    parts: await Promise.all([...parts].map(async ([number, value]) => ({ number, size: value.length, sha256: await sha256(bytes(value)) }))),
    expires_at: '2026-11-23T09:00:00Z', created_at: '2026-11-22T09:00:00Z',
  });
  server.use(
    post('/sessions/:id/audio/uploads', async () => { created += 1; return json(await upload(), { status: 201 }); }),
    get('/sessions/:id/audio/uploads/:upload', async () => json(await upload())),
    put('/sessions/:id/audio/uploads/:upload/parts/:number', async ({ params, request }) => {
      const number = Number(params.number);
      puts.push(number);
      const other = fail[number]?.shift();
      if (other) return other;
      const value = await request.text();
      expect(request.headers.get('X-Part-SHA256')).toBe(await sha256(bytes(value)));
      parts.set(number, value);
      return json({ number, size: value.length, sha256: '' });
    }),
    post('/sessions/:id/audio/uploads/:upload/complete', () => json({ id: sessionId, status: 'uploaded' }, { status: 202 })),
  );
  return { puts, whole: () => [...parts].sort(([a], [b]) => a - b).map(([, value]) => value).join(''), created: () => created };
}

/** The same with a storage that the parts go to; `away` makes it answer nothing, and `fixed` knows other parts. */
async function fakeStorage(options: { away?: boolean; refuse?: Response[]; fixed?: number[] } = {}) {
  const { puts, whole, created } = await fakeServer();
  const there = new Map<number, string>();
  const asked: number[] = [];
  let fixed = options.fixed ?? [];
  const upload = async () => ({
    id: uploadId, filename: 'talk.ogg', size: text.length, sha256: '', state: 'open', part_size: PART, direct: true,
    parts: await Promise.all([...there].map(async ([number, value]) => ({ number, size: value.length, sha256: await sha256(bytes(value)) }))),
    expires_at: '2026-11-23T09:00:00Z', created_at: '2026-11-22T09:00:00Z',
  });
  let opened = 0;
  server.use(
    post('/sessions/:id/audio/uploads', async () => { opened += 1; if (opened > 1) fixed = []; return json(await upload(), { status: 201 }); }),
    get('/sessions/:id/audio/uploads/:upload', async () => json(await upload())),
    del('/sessions/:id/audio/uploads/:upload', () => { fixed = []; return new HttpResponse(null, { status: 204 }); }),
    post('/sessions/:id/audio/uploads/:upload/parts/:number', async ({ params, request }) => {
      const number = Number(params.number);
      const body = (await request.json()) as { size: number; sha256: string };
      if (fixed.includes(number)) return problem('checksum_mismatch', 422);
      return json({ ...body, number, url: `https://storage.test/part/${number}?signed`, headers: { 'x-amz-checksum-sha256': body.sha256 }, expires_at: '2026-11-22T09:15:00Z' });
    }),
    http.put('https://storage.test/part/:number', async ({ params, request }) => {
      asked.push(Number(params.number));
      if (options.away) return HttpResponse.error();
      const other = options.refuse?.shift();
      if (other) return other;
      const value = await request.text();
      expect(request.headers.get('Authorization')).toBeNull();
      expect(request.headers.get('x-amz-checksum-sha256')).toBe(await sha256(bytes(value)));
      there.set(Number(params.number), value);
      return new HttpResponse(null, { status: 200 });
    }),
  );
  const stored = () => [...there].sort(([a], [b]) => a - b).map(([, value]) => value).join('');
  return { puts, whole, created, asked, stored, opened: () => opened, have: (number: number, value: string) => there.set(number, value) };
}

function until(task: UploadTask, phase: UploadPhase): Promise<void> {
  return new Promise((resolve) => {
    const look = () => { if (task.state.phase === phase) { stop(); resolve(); } };
    const stop = task.subscribe(look);
    look();
  });
}

it('sends a file in parts with their hashes and completes it', async () => {
  setAccessToken('token');
  const { puts, whole } = await fakeServer();
  const opened: string[] = [];
  const done: string[] = [];
  const task = new UploadTask({ sessionId, source, onOpened: (id) => opened.push(id), onDone: (session) => done.push(session.status) });
  task.start();
  await until(task, 'done');
  expect(puts).toEqual([1, 2, 3]);
  expect(whole()).toBe(text);
  expect(opened).toEqual([uploadId]);
  expect(done).toEqual(['uploaded']);
});

it('after a reload sends only what is missing, and again what is not the same', async () => {
  const { puts, whole, created } = await fakeServer({ 1: 'abcd', 2: 'XXXX' });
  const task = new UploadTask({ sessionId, source, uploadId });
  task.start();
  await until(task, 'done');
  expect(created()).toBe(0);
  expect(puts).toEqual([2, 3]);
  expect(whole()).toBe(text);
});

it('begins anew when the upload has expired', async () => {
  const { puts, created } = await fakeServer();
  server.use(get('/sessions/:id/audio/uploads/gone', () => problem('not_found', 404)));
  const task = new UploadTask({ sessionId, source, uploadId: 'gone' });
  task.start();
  await until(task, 'done');
  expect(created()).toBe(1);
  expect(puts).toEqual([1, 2, 3]);
});

it('sends a part again whose hash did not match, and says so when it never does', async () => {
  const mismatch = () => problem('checksum_mismatch', 422);
  const { puts } = await fakeServer({}, { 2: [mismatch()] });
  const task = new UploadTask({ sessionId, source, waitMs: 1 });
  task.start();
  await until(task, 'done');
  expect(puts).toEqual([1, 2, 2, 3]);

  await fakeServer({}, { 1: Array.from({ length: 9 }, mismatch) });
  const never = new UploadTask({ sessionId, source, waitMs: 1 });
  never.start();
  await until(never, 'failed');
  expect(never.state.error?.code).toBe('checksum_mismatch');
  never.start();
  await until(never, 'done');
});

it('waits for a request that broke off to let go of the upload, and for nothing else that is busy', async () => {
  const { puts, whole } = await fakeServer();
  let asked = 0;
  const busy = () => { asked += 1; return asked === 1 ? HttpResponse.error() : asked < 10 ? problem('session_busy', 409, { retry_after: 2 }) : undefined; };
  server.use(post('/sessions/:id/audio/uploads/:upload/complete', busy));
  const task = new UploadTask({ sessionId, source, waitMs: 1 });
  task.start();
  await until(task, 'done');
  expect([asked, puts, whole()]).toEqual([10, [1, 2, 3], text]);

  server.use(post('/sessions/:id/audio/uploads/:upload/complete', () => problem('session_busy', 409)));
  const working = new UploadTask({ sessionId, source, waitMs: 60_000 });
  working.start();
  await until(working, 'failed');
  expect(working.state.error?.code).toBe('session_busy');
});

it('says that too much work waits, keeps the recording, and begins when asked again', async () => {
  const { puts, whole } = await fakeServer();
  let full = true;
  server.use(post('/sessions/:id/audio/uploads', () => (full ? problem('queue_full', 429, { retry_after: 60 }) : undefined)));
  const task = new UploadTask({ sessionId, source });
  task.start();
  await until(task, 'failed');
  expect(task.state.error?.code).toBe('queue_full');
  expect(task.unsent).toBe(true);
  expect(puts).toEqual([]);
  full = false;
  task.start();
  await until(task, 'done');
  expect(whole()).toBe(text);
});

it('pauses without a connection and goes on by itself', async () => {
  const { puts } = await fakeServer({}, { 2: [HttpResponse.error()] });
  const task = new UploadTask({ sessionId, source, waitMs: 60_000 });
  task.start();
  await until(task, 'offline');
  expect(task.state.sent).toBe(4);
  window.dispatchEvent(new Event('online'));
  await until(task, 'done');
  expect(puts).toEqual([1, 2, 2, 3]);
});

it('pauses and goes on by hand; cancelling removes the upload', async () => {
  let removed = 0;
  server.use(del('/sessions/:id/audio/uploads/:upload', () => { removed += 1; return new HttpResponse(null, { status: 204 }); }));
  await fakeServer();
  let paused = false;
  const task: UploadTask = new UploadTask({
    sessionId,
    source: { ...source, read: async (from, to) => {
      if (from === PART && !paused) { paused = true; task.pause(); }
      return source.read(from, to);
    } },
  });
  task.start();
  await until(task, 'paused');
  expect(task.unsent).toBe(true);
  task.start();
  await until(task, 'done');

  await fakeServer({}, { 1: [problem('session_busy', 409)] });
  const refused = new UploadTask({ sessionId, source });
  refused.start();
  await until(refused, 'failed');
  expect(refused.state.error?.code).toBe('session_busy');
  await refused.cancel();
  expect([refused.state.phase, removed]).toEqual(['cancelled', 1]);
});

it('stops at once when the browser says that the connection is gone', async () => {
  const { puts } = await fakeServer();
  let cut = false;
  const task = new UploadTask({
    sessionId,
    waitMs: 60_000,
    source: { ...source, read: (from, to) => {
      if (from === PART && !cut) { cut = true; window.dispatchEvent(new Event('offline')); }
      return source.read(from, to);
    } },
  });
  task.start();
  await until(task, 'offline');
  window.dispatchEvent(new Event('online'));
  await until(task, 'done');
  expect(puts).toEqual([1, 2, 3]);
});

it('sends parts to the storage where the server says so, and never its token', async () => {
  setAccessToken('token');
  const { puts, asked, stored, have } = await fakeStorage();
  have(1, 'abcd');
  const task = new UploadTask({ sessionId, source, uploadId });
  task.start();
  await until(task, 'done');
  expect([asked, puts, stored()]).toEqual([[2, 3], [], text]);
});

it('sends a part through the server when the storage refuses it or cannot be reached from here', async () => {
  const refusing = await fakeStorage({ refuse: [new HttpResponse('<Error/>', { status: 403 })] });
  const once = new UploadTask({ sessionId, source });
  once.start();
  await until(once, 'done');
  expect([refusing.asked, refusing.puts]).toEqual([[1, 2, 3], [1]]);

  const away = await fakeStorage({ away: true });
  const long = 'abcdefghijklmnopqrst';
  const far = new UploadTask({ sessionId, source: { filename: 'talk.ogg', size: long.length, read: (from, to) => Promise.resolve(bytes(long.slice(from, to))) } });
  far.start();
  await until(far, 'done');
  expect([away.asked, away.puts, away.whole()]).toEqual([[1, 2, 3], [1, 2, 3, 4, 5], long]);
});

it('begins anew when the upload holds a part of another file', async () => {
  const { stored, opened } = await fakeStorage({ fixed: [2] });
  const opens: string[] = [];
  const task = new UploadTask({ sessionId, source, uploadId, onOpened: (id) => opens.push(id) });
  task.start();
  await until(task, 'done');
  expect([stored(), opened(), opens]).toEqual([text, 1, [uploadId]]);
});

import { afterEach, expect, it, vi } from 'vitest';

import { keptSource, nextIndexOf } from './kept-source';
import { chunksOf, forget, keptOf } from './kept-store';
import { Recorder } from './recorder';

const OWNER = 'therapist';
let now = 0;
const made: FakeMediaRecorder[] = [];

class FakeMediaRecorder {
  static isTypeSupported = (type: string) => type.startsWith('audio/ogg');
  state: RecordingState = 'inactive';
  mimeType: string;
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onstop: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(_stream: MediaStream, options: MediaRecorderOptions) {
    this.mimeType = options.mimeType ?? '';
    made.push(this);
  }
  start() { this.state = 'recording'; }
  pause() { this.state = 'paused'; }
  resume() { this.state = 'recording'; }
  requestData() { return; }
  stop() { this.state = 'inactive'; this.give('end'); this.onstop?.(); }
  give(text: string) { this.ondataavailable?.({ data: new Blob([text]) }); }
}

function microphone(answer: () => Promise<unknown>) {
  vi.stubGlobal('MediaRecorder', FakeMediaRecorder);
  Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: answer } });
}
const working = () => {
  const track = { stop: () => undefined, onended: null };
  return Promise.resolve({ getAudioTracks: () => [track], getTracks: () => [track] });
};
const make = (sessionId: string, more = {}) => new Recorder({ sessionId, owner: OWNER, now: () => now, ...more });

async function textOf(sessionId: string): Promise<string> {
  const [kept] = await keptOf(sessionId, OWNER);
  const source = await keptSource(kept!);
  return new TextDecoder().decode(await source!.read(0, source!.size));
}

afterEach(() => { vi.unstubAllGlobals(); now = 0; made.length = 0; });

it('writes every piece as it comes and keeps all of it to the end', async () => {
  microphone(working);
  const recorder = make('s1');
  await recorder.start();
  now = 2000;
  made[0]!.give('one ');
  now = 4000;
  made[0]!.give('two ');
  await vi.waitFor(() => { expect(recorder.state.keptMs).toBe(4000); });
  recorder.pause();
  now = 60_000;
  recorder.resume();
  now = 61_000;
  expect(recorder.elapsed()).toBe(5000);
  const kept = await recorder.end();
  expect(kept).toMatchObject({ ms: 5000, ended: true, size: 11 });
  expect(await textOf('s1')).toBe('one two end');
  await forget(kept!.id);
  expect(await chunksOf(kept!.id)).toEqual([]);
});

it('finds a recording again after a crash, for its owner alone, and continues it as a second take', async () => {
  microphone(working);
  const crashed = make('s2');
  await crashed.start();
  now = 24 * 60_000;
  made[0]!.give('before ');
  await vi.waitFor(() => { expect(crashed.state.keptMs).toBe(now); });

  expect(await keptOf('s2', 'somebody else')).toEqual([]);
  const [kept] = await keptOf('s2', OWNER);
  expect(kept).toMatchObject({ ms: 24 * 60_000, ended: false });

  const again = make('s2', { kept });
  now = 0;
  await again.start(await nextIndexOf(kept!));
  now = 1000;
  made[1]!.give('after ');
  expect(again.elapsed()).toBe(24 * 60_000 + 1000);
  const whole = await again.end();
  expect(whole?.takes).toEqual([0, 24 * 60_000]);
  expect((await chunksOf(kept!.id)).map((chunk) => [chunk.index, chunk.take])).toEqual([[0, 0], [1, 1], [2, 1]]);
  expect(await textOf('s2')).toBe('before after end');
});

it('says whether the microphone is refused or missing', async () => {
  microphone(() => Promise.reject(new DOMException('', 'NotAllowedError')));
  const refused = make('s3');
  await refused.start();
  expect(refused.state).toMatchObject({ phase: 'refused', reason: 'refused' });
  microphone(() => Promise.reject(new DOMException('', 'NotFoundError')));
  await refused.start();
  expect(refused.state.reason).toBe('no_microphone');
  expect(await keptOf('s3', OWNER)).toEqual([]);
});

it('keeps what came before the microphone was unplugged', async () => {
  microphone(working);
  const recorder = make('s4');
  await recorder.start();
  now = 3000;
  made[0]!.give('kept ');
  await vi.waitFor(() => { expect(recorder.state.keptMs).toBe(3000); });
  const track = recorder.stream!.getAudioTracks()[0]!;
  track.onended?.call(track, new Event('ended'));
  expect(recorder.state).toMatchObject({ phase: 'failed', reason: 'lost' });
  await vi.waitFor(async () => { expect(await textOf('s4')).toBe('kept end'); });
});

import { act, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { HttpResponse } from 'msw';
import { useEffect } from 'react';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { PlaybackProvider, usePlayback, type Playback } from '../../components/playback/playback';
import { makeSound } from '../../components/playback/testing-sound';
import { handleShortcut } from '../../components/shortcuts';
import { uuid } from '../../testing/factories';
import { get, json, post, problem } from '../../testing/http';
import { renderWith } from '../../testing/render-app';
import { server } from '../../testing/server';
import { PlayerBar } from './player-bar';
import type { Session, Transcript } from './types';

const draw = vi.hoisted(() => vi.fn<(options: { peaks: Float32Array[] }) => { destroy: () => void }>(() => ({ destroy: () => undefined })));
vi.mock('wavesurfer.js', () => ({ default: { create: draw } }));
const createUrl = vi.fn(() => 'blob:recording');
const revokeUrl = vi.fn();
beforeAll(() => {
  window.addEventListener('keydown', handleShortcut);
  Object.assign(URL, { createObjectURL: createUrl, revokeObjectURL: revokeUrl });
});
afterAll(() => { window.removeEventListener('keydown', handleShortcut); });
beforeEach(() => { createUrl.mockClear(); revokeUrl.mockClear(); draw.mockClear(); });
beforeEach(() => { server.use(get('/sessions/:id/audio/peaks', () => problem('not_found', 404))); });

const recording: NonNullable<Session['recording']> = {
  filename: 'session.ogg', media_type: 'audio/ogg', size_bytes: 4, sha256: 'a', duration_ms: 60_000, created_at: '2026-11-23T16:00:00Z', deleted_at: null,
};
const makeSession = (fields: Partial<Session> = {}): Session => ({
  id: uuid(), patient: uuid(), recording, counts: { segments: 1, corrections: 0 }, ...fields,
} as Session);

const transcript: Transcript = {
  language: 'en', duration_ms: 60_000, engine: '', model: '', speakers: {},
  segments: [{
    id: uuid(), index: 0, speaker: 'S1', role: 'client', start_ms: 1000, end_ms: 21_000, text: 'Low maybe', confidence: 1, edited: false, original_text: null,
    words: [{ start_ms: 1000, end_ms: 1400, text: 'Low' }, { start_ms: 20_000, end_ms: 21_000, text: 'maybe' }],
  }],
  coverage: { speech_ms: 0, transcribed_ms: 0, gaps: [{ start_ms: 30_000, end_ms: 36_000 }] },
};

let playback: Playback;
function Handle() {
  const current = usePlayback();
  useEffect(() => { playback = current; }, [current]);
  return null;
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

async function open(session = makeSession(), language: 'en' | 'ar' = 'en') {
  const tokens: (string | null)[] = [];
  let links = 0;
  server.use(
    post('/sessions/:id/audio/link', () => {
      links += 1;
      return json({ url: `/sessions/a/audio?pass=${links.toString()}`, expires_at: inMs(900_000) });
    }),
    get('/sessions/:id/audio', ({ request }) => {
      tokens.push(request.headers.get('Authorization'));
      return HttpResponse.arrayBuffer(new Uint8Array([1, 2, 3, 4]).buffer, { headers: { 'Content-Type': 'audio/webm' } });
    }),
    get('/sessions/:id/transcript', () => json(transcript)),
  );
  const made = makeSound();
  const view = await renderWith(<PlaybackProvider sound={made.sound}><Handle /><PlayerBar session={session} /></PlaybackProvider>, { language });
  return { ...made, ...view, tokens };
}

const ready = async () => {
  const slider = await screen.findByRole('slider');
  await waitFor(() => { expect(screen.getByText(/Skip silence|تخطي الصمت/).closest('button')).not.toHaveAttribute('data-none'); });
  return slider;
};

const words = { counts: { segments: 0, corrections: 0 } };
const webm = (size_bytes: number) => makeSession({ recording: { ...recording, media_type: 'audio/webm', size_bytes } });
const notLoaded = 'The recording was not loaded. It is safe on the server.';

describe('the recording', () => {
  it('is read by the element under an address of its own, does not play by itself, and is let go at the end', async () => {
    const { tokens, media, unmount } = await open();
    await ready();
    expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=1');
    expect(media.paused).toBe(true);
    expect(tokens).toEqual([]);
    unmount();
    expect(media).not.toHaveAttribute('src');
  });

  it('goes on where it was when its address is refused, playing or not', async () => {
    const { user, media, at, fail, loaded } = await open();
    await ready();
    await user.click(screen.getByRole('button', { name: 'Play' }));
    act(() => { at(12_000); });
    act(() => { fail(2); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=2'); });
    act(() => { loaded(); });
    expect([media.currentTime, media.paused]).toEqual([12, false]);
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 6000);
    act(() => { fail(2); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=3'); });
    act(() => { loaded(); });
    expect([media.currentTime, media.paused]).toEqual([12, true]);
    vi.restoreAllMocks();
  });

  it('keeps the clips that are being played when its address is renewed', async () => {
    const { media, at, fail, loaded } = await open();
    await ready();
    act(() => { playback.playPassages([{ segmentId: 's', startMs: 1000, endMs: 2000, quote: '' }]); });
    act(() => { at(1500); });
    act(() => { fail(2); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=2'); });
    act(() => { loaded(); });
    expect([media.currentTime, media.paused]).toEqual([1.5, false]);
    act(() => { at(2310); });
    expect(media.paused).toBe(true);
  });

  it('gets another address before the first one ends, while it plays', async () => {
    const { user, media, at, loaded } = await open();
    server.use(post('/sessions/:id/audio/link', () => json({ url: '/sessions/a/audio?pass=soon', expires_at: inMs(0) })));
    const timeouts = vi.spyOn(globalThis, 'setTimeout');
    await ready();
    await user.click(screen.getByRole('button', { name: 'Play' }));
    act(() => { at(9000); });
    const renewal = timeouts.mock.calls.find(([, ms]) => (ms ?? 0) > 800_000);
    timeouts.mockRestore();
    act(() => { (renewal?.[0] as () => void)(); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=soon'); });
    act(() => { loaded(); });
    expect([media.currentTime, media.paused]).toEqual([9, false]);
  });

  it('can be asked for again when it did not come, and goes on at the same place', async () => {
    const { user, media, at, fail, loaded } = await open(makeSession(words));
    await screen.findByRole('slider');
    await waitFor(() => { expect(media).toHaveAttribute('src'); });
    act(() => { at(7000); });
    server.use(post('/sessions/:id/audio/link', () => problem('internal_error', 500)));
    act(() => { fail(2); });
    expect(await screen.findByText(notLoaded)).toBeVisible();
    server.use(post('/sessions/:id/audio/link', () => json({ url: '/sessions/a/audio?pass=new', expires_at: inMs(900_000) })));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('slider');
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=new'); });
    act(() => { loaded(); });
    expect(media.currentTime).toBe(7);
  });

  it('that fails at once under a fresh address too was lost on the way, if the server says so', async () => {
    const { media, fail } = await open();
    await ready();
    act(() => { fail(4); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=2'); });
    server.use(get('/sessions/:id/audio', () => problem('not_found', 404)));
    act(() => { fail(4); });
    expect(await screen.findByText(notLoaded)).toBeVisible();
  });

  it('is said to be safe when this browser cannot play it', async () => {
    const { media, fail } = await open();
    await ready();
    act(() => { fail(4); });
    await waitFor(() => { expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=2'); });
    act(() => { fail(4); });
    expect(await screen.findByText(/This browser cannot play this recording/)).toBeVisible();
  });

  it('that cannot be decoded needs no other address', async () => {
    const { media, fail } = await open();
    await ready();
    act(() => { fail(3); });
    expect(screen.getByText(/This browser cannot play this recording/)).toBeVisible();
    expect(media).toHaveAttribute('src', '/sessions/a/audio?pass=1');
  });

  it('of a browser, without an index, is played from memory unless it is long', async () => {
    const { tokens, media, unmount } = await open(webm(4));
    await ready();
    expect(tokens).toEqual(['Bearer test-token']);
    expect(media).toHaveAttribute('src', 'blob:recording');
    unmount();
    expect(revokeUrl).toHaveBeenCalledWith('blob:recording');
    expect(media).not.toHaveAttribute('src');
    const long = await open(webm(65 * 1024 * 1024));
    await ready();
    expect(long.media).toHaveAttribute('src', '/sessions/a/audio?pass=1');
  });

  it('played from memory can be asked for again, and is said to be safe when it cannot be played', async () => {
    const view = await open(webm(4));
    view.unmount();
    server.use(get('/sessions/:id/audio', () => problem('internal_error', 500)));
    const { sound, fail } = makeSound();
    const { user } = await renderWith(<PlaybackProvider sound={sound}><PlayerBar session={{ ...webm(4), ...words }} /></PlaybackProvider>);
    expect(await screen.findByText(notLoaded)).toBeVisible();
    server.use(get('/sessions/:id/audio', () => HttpResponse.arrayBuffer(new Uint8Array([1]).buffer)));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('slider')).toBeVisible();
    act(() => { fail(4); });
    expect(screen.getByText(/This browser cannot play this recording/)).toBeVisible();
  });

  it('needs no player when there is none', async () => {
    await open(makeSession({ recording: { ...recording, deleted_at: '2026-11-24T00:00:00Z' } }));
    expect(screen.queryByRole('button', { name: 'Play' })).toBeNull();
  });
});

describe('the waveform', () => {
  it('is drawn from the peaks of the server, however long the recording', async () => {
    server.use(get('/sessions/:id/audio/peaks', () => json({ duration_ms: 7_200_000, peaks: [0, 51, 255] })));
    await open(makeSession({ recording: { ...recording, duration_ms: 7_200_000 } }));
    await ready();
    await waitFor(() => { expect(draw).toHaveBeenCalled(); });
    expect(draw.mock.lastCall?.[0].peaks).toEqual([Float32Array.from([0, 0.2, 1])]);
  });

  it('is a plain bar where there are none, and is not asked for before there are words', async () => {
    let asked = 0;
    server.use(get('/sessions/:id/audio/peaks', () => { asked += 1; return problem('not_found', 404); }));
    const view = await open();
    await ready();
    await waitFor(() => { expect(asked).toBe(1); });
    expect(draw).not.toHaveBeenCalled();
    view.unmount();
    await open(makeSession({ counts: { segments: 0, corrections: 0 } }));
    await screen.findByRole('slider');
    expect(asked).toBe(1);
  });
});

describe('the keys', () => {
  it('play, step by 5 s and by words, and change the speed', async () => {
    const { user, media } = await open();
    await ready();
    await user.keyboard(' ');
    expect(media.paused).toBe(false);
    await user.keyboard(' ');
    expect(media.paused).toBe(true);
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(media.currentTime).toBe(5);
    await user.keyboard('{Shift>}{ArrowRight}{/Shift}');
    expect(media.currentTime).toBe(20);
    await user.keyboard('{Shift>}{ArrowLeft}{/Shift}');
    expect(media.currentTime).toBe(1);
    for (let press = 0; press < 6; press += 1) await user.keyboard('{]}');
    expect(media.playbackRate).toBe(2);
    for (let press = 0; press < 9; press += 1) await user.keyboard('{[}');
    expect(media.playbackRate).toBe(0.75);
    expect(screen.getByRole('button', { name: 'Speed 0.75×' })).toBeVisible();
  });

  it('leave Space to the button that has focus, and move the slider once', async () => {
    const { user, media } = await open();
    const slider = await ready();
    screen.getByRole('button', { name: '5 seconds forward' }).focus();
    await user.keyboard(' ');
    expect(media.paused).toBe(true);
    expect(media.currentTime).toBe(5);
    slider.focus();
    await user.keyboard('{ArrowRight}');
    expect(slider).toHaveAttribute('aria-valuetext', '00:10 of 01:00');
    await user.keyboard('{End}');
    expect(slider).toHaveAttribute('aria-valuenow', '60');
    await user.keyboard('{Home}');
    expect(media.currentTime).toBe(0);
  });
});

it('jumps over silence while that is on, and over no gap', async () => {
  const { user, media, at } = await open();
  await ready();
  await user.click(screen.getByRole('button', { name: 'Skip silence' }));
  await user.click(screen.getByRole('button', { name: 'Play' }));
  act(() => { at(5000); });
  expect(media.currentTime).toBe(19.8);
  act(() => { at(31_000); });
  expect(media.currentTime).toBe(31);
  await user.click(screen.getByRole('button', { name: 'Skip silence' }));
  act(() => { at(5000); });
  expect(media.currentTime).toBe(5);
});

it('has a name for everything, in Arabic too, and keeps its order', async () => {
  const { container } = await open(makeSession(), 'ar');
  const slider = await ready();
  act(() => { playback.select({ id: 'r', kind: 'risk', passages: [{ segmentId: 's', startMs: 1000, endMs: 2000, quote: '' }] }); });
  expect(slider.querySelector('[data-kind=risk]')).not.toBeNull();
  expect(container.querySelector('[dir=ltr]')).toContainElement(slider);
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

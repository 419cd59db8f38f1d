import { act, render, screen } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PlaybackProvider, usePlayback, usePlayhead, type Passage, type Playback } from './playback';
import { makeSound } from './testing-sound';

const passage = (startMs: number | null, endMs: number | null): Passage => ({ segmentId: 's', startMs, endMs, quote: 'words' });

let playback: Playback;
function Handle() {
  const current = usePlayback();
  useEffect(() => { playback = current; }, [current]);
  return <p>{current.playing ? 'playing' : 'quiet'}</p>;
}

function open() {
  const made = makeSound();
  made.sound.load('blob:sound');
  const view = render(<PlaybackProvider sound={made.sound}><Handle /></PlaybackProvider>);
  return { ...made, ...view };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('passages', () => {
  it('are played in order, a little before and after each, with a pause between, then it stops', () => {
    const { media, at } = open();
    act(() => { playback.playPassages([passage(10_000, 12_000), passage(null, null), passage(5000, 6000)]); });
    expect(media.currentTime).toBeCloseTo(9.7);
    expect(screen.getByText('playing')).toBeVisible();
    act(() => { at(12_200); });
    expect(media.paused).toBe(false);
    act(() => { at(12_310); });
    expect(media.paused).toBe(true);
    expect(screen.getByText('playing')).toBeVisible();
    act(() => { vi.advanceTimersByTime(399); });
    expect(media.paused).toBe(true);
    act(() => { vi.advanceTimersByTime(1); });
    expect(media.paused).toBe(false);
    expect(media.currentTime).toBeCloseTo(4.7);
    act(() => { at(6301); });
    act(() => { vi.advanceTimersByTime(2000); });
    expect(media.paused).toBe(true);
    expect(screen.getByText('quiet')).toBeVisible();
  });

  it('end when the user goes elsewhere or stops in the pause', () => {
    const { media, at } = open();
    act(() => { playback.playPassages([passage(10_000, 12_000), passage(5000, 6000)]); });
    act(() => { at(12_400); });
    act(() => { playback.stop(); });
    act(() => { vi.advanceTimersByTime(2000); });
    expect(media.paused).toBe(true);
    act(() => { playback.playPassages([passage(10_000, 12_000)]); });
    act(() => { playback.seek(30_000, { play: true }); });
    act(() => { at(31_000); });
    expect(media.paused).toBe(false);
  });

  it('do not start by themselves once a recording arrives', () => {
    const { sound, media } = makeSound();
    render(<PlaybackProvider sound={sound}><Handle /></PlaybackProvider>);
    act(() => { playback.playPassages([passage(10_000, 12_000)]); });
    act(() => { sound.load('blob:late'); });
    expect(media.paused).toBe(true);
    expect(screen.getByText('quiet')).toBeVisible();
  });
});

it('jumps over what is skipped, but not inside of a passage', () => {
  const { sound, media, at } = open();
  sound.setSkipped([{ startMs: 20_000, endMs: 25_000 }]);
  act(() => { sound.toggle(); });
  act(() => { at(20_050); });
  expect(media.currentTime).toBe(25);
  act(() => { playback.playPassages([passage(19_000, 26_000)]); });
  act(() => { at(21_000); });
  expect(media.currentTime).toBe(21);
});

it('renders by what is read of the playhead, not by every step of it', () => {
  const { sound, at } = makeSound();
  sound.load('blob:sound');
  const rendered = vi.fn();
  function Second() {
    rendered(usePlayhead((ms) => Math.floor(ms / 1000)));
    return null;
  }
  render(<PlaybackProvider sound={sound}><Second /></PlaybackProvider>);
  for (const ms of [100, 300, 900, 1100, 1400]) act(() => { at(ms); });
  expect(rendered.mock.calls).toEqual([[0], [1]]);
});

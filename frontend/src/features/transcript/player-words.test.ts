import { describe, expect, it } from 'vitest';

import { uuid } from '../../testing/factories';
import { silences, wordStarts, wordStep } from './player-words';
import type { Segment, Transcript } from './types';

const segment = (words: [number, number][], start_ms = words[0]?.[0] ?? 0, end_ms = words.at(-1)?.[1] ?? 0): Segment => ({
  id: uuid(), index: 0, speaker: 'S1', role: 'client', start_ms, end_ms, text: '', confidence: 1, edited: false, original_text: null,
  words: words.map(([from, to]) => ({ start_ms: from, end_ms: to, text: 'word' })),
});
const transcript = (segments: Segment[], gaps: [number, number][] = []): Transcript => ({
  language: 'en', duration_ms: 30_000, engine: '', model: '', segments, speakers: {},
  coverage: { speech_ms: 0, transcribed_ms: 0, gaps: gaps.map(([start_ms, end_ms]) => ({ start_ms, end_ms })) },
});

describe('silences', () => {
  it('are the stretches without words of more than 1.5 s, with a margin at each word', () => {
    const spoken = transcript([segment([[3000, 3500], [4900, 5200]]), segment([[7000, 8000]])]);
    expect(silences(spoken, 20_000)).toEqual([
      { startMs: 0, endMs: 2800 }, { startMs: 5400, endMs: 6800 }, { startMs: 8200, endMs: 20_000 },
    ]);
  });

  it('hold no speech that was not transcribed, and none of a typed turn', () => {
    const spoken = transcript([segment([[0, 1000]]), segment([], 9000, 12_000)], [[3000, 6000]]);
    expect(silences(spoken, 12_000)).toEqual([{ startMs: 1200, endMs: 2800 }, { startMs: 6200, endMs: 8800 }]);
    expect(silences(transcript([]), 12_000)).toEqual([]);
  });
});

it('steps from word to word', () => {
  const starts = wordStarts(transcript([segment([[5000, 5200], [5300, 5600]]), segment([[1000, 1200]])]));
  expect(starts).toEqual([1000, 5000, 5300]);
  expect(wordStep(starts, 1000, 1)).toBe(5000);
  expect(wordStep(starts, 5000, -1)).toBe(1000);
  expect(wordStep(starts, 5290, -1)).toBe(5000);
  expect(wordStep(starts, 100, -1)).toBe(1000);
  expect(wordStep(starts, 9000, 1)).toBeNull();
});

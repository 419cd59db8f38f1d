/** What the player needs of the words: where each begins, and the stretches without any. */
import type { components } from '../../api/schema';
import type { Span } from '../../components/playback/sound';

type Transcript = components['schemas']['Transcript'];

const LONGEST_PAUSE_MS = 1500;
/** Kept on both sides of a pause, so that no sound of a word is lost. */
const MARGIN_MS = 200;

const timed = (transcript: Transcript): Span[] =>
  transcript.segments
    .flatMap((segment) => (segment.words.length > 0 ? segment.words : [segment]))
    .filter(({ start_ms, end_ms }) => end_ms > start_ms)
    .map(({ start_ms, end_ms }) => ({ startMs: start_ms, endMs: end_ms }));

const inOrder = (spans: Span[]): Span[] => spans.sort((one, other) => one.startMs - other.startMs);

export const wordStarts = (transcript: Transcript): number[] => [...new Set(inOrder(timed(transcript)).map(({ startMs }) => startMs))];

export const gapsOf = (transcript: Transcript): Span[] => transcript.coverage.gaps.map(({ start_ms, end_ms }) => ({ startMs: start_ms, endMs: end_ms }));

/** Speech that was not transcribed is no silence. */
export function silences(transcript: Transcript, durationMs: number): Span[] {
  const spoken = timed(transcript);
  if (spoken.length === 0) return [];
  const found: Span[] = [];
  let quietFrom = 0;
  const add = (endMs: number, last = false) => {
    if (endMs - quietFrom > LONGEST_PAUSE_MS) found.push({ startMs: quietFrom === 0 ? 0 : quietFrom + MARGIN_MS, endMs: last ? endMs : endMs - MARGIN_MS });
  };
  for (const { startMs, endMs } of inOrder([...spoken, ...gapsOf(transcript)])) {
    add(startMs);
    quietFrom = Math.max(quietFrom, endMs);
  }
  if (durationMs > quietFrom) add(durationMs, true);
  return found;
}

/** The beginning of the word before or after a place. Right after its beginning, back means the word before. */
export function wordStep(starts: number[], ms: number, direction: -1 | 1): number | null {
  if (direction === 1) return starts.find((start) => start > ms + 20) ?? null;
  return starts.findLast((start) => start < ms - 150) ?? starts[0] ?? null;
}

import type { Segment } from '../types';

/** A word of a turn: where it stands in the text, and in the sound when that is known. */
export interface Token {
  start: number;
  end: number;
  startMs: number | null;
  endMs: number | null;
  low: boolean;
}

const LOW_CONFIDENCE = 0.5;
const cache = new WeakMap<Segment, Token[]>();

function untimed(text: string, from: number, to: number): Token[] {
  return [...text.slice(from, to).matchAll(/\S+/g)].map((match) => (
    { start: from + match.index, end: from + match.index + match[0].length, startMs: null, endMs: null, low: false }
  ));
}

/** The text is what counts; the words only lend it their times and how sure they are. */
function make({ text, words }: Segment): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const word of words) {
    const bare = word.text.trim();
    const start = bare ? text.indexOf(bare, at) : -1;
    if (start < 0) continue;
    tokens.push(...untimed(text, at, start));
    at = start + bare.length;
    tokens.push({ start, end: at, startMs: word.start_ms, endMs: word.end_ms, low: (word.confidence ?? 1) < LOW_CONFIDENCE });
  }
  tokens.push(...untimed(text, at, text.length));
  return tokens;
}

export function tokensOf(segment: Segment): Token[] {
  let tokens = cache.get(segment);
  if (!tokens) cache.set(segment, tokens = make(segment));
  return tokens;
}

/** Typed transcripts have no times; a turn that was typed into a gap has times and no timed words. */
export const isTimed = (segment: { start_ms: number; end_ms: number }): boolean => segment.end_ms > segment.start_ms;

/** From where a word is played: its own start, or that of the turn. */
export function startOf(segment: Segment, index: number): number | null {
  const tokens = tokensOf(segment);
  for (let at = index; at >= 0; at -= 1) {
    const ms = tokens[at]?.startMs;
    if (typeof ms === 'number') return ms;
  }
  return isTimed(segment) ? segment.start_ms : null;
}

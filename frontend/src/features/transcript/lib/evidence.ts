import type { Passage, Selection } from '../../../components/playback/playback';
import type { Segment } from '../types';
import { tokensOf } from './tokens';

/** Characters of a turn, from and to. */
export type Range = readonly [number, number];

/** The words of a passage in its turn: by the quote, and where the words were corrected since, by the time. */
function rangeOf(segment: Segment, passage: Passage): Range | null {
  const quote = passage.quote.trim();
  const at = quote ? segment.text.indexOf(quote) : -1;
  if (at >= 0) return [at, at + quote.length];
  const { startMs, endMs } = passage;
  if (startMs === null || endMs === null) return quote ? null : [0, segment.text.length];
  const said = tokensOf(segment).filter((token) => token.startMs !== null && token.endMs !== null && token.startMs < endMs && token.endMs > startMs);
  const [first, last] = [said[0], said.at(-1)];
  return first && last ? [first.start, last.end] : [0, segment.text.length];
}

/** By turn, the words of the selected claim or flag. */
export function evidenceOf(segments: Segment[], selection: Selection | null): Map<string, Range[]> {
  const found = new Map<string, Range[]>();
  if (!selection || selection.passages.length === 0) return found;
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  for (const passage of selection.passages) {
    const segment = byId.get(passage.segmentId);
    const range = segment && rangeOf(segment, passage);
    if (range) found.set(passage.segmentId, [...(found.get(passage.segmentId) ?? []), range]);
  }
  return found;
}

export const touches = (ranges: readonly Range[] | undefined, start: number, end: number): boolean =>
  ranges?.some(([from, to]) => start < to && end > from) ?? false;

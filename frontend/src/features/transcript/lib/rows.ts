import type { Gap, Segment, Transcript } from '../types';

export type Row = { kind: 'turn'; id: string; segment: Segment; next: Segment | undefined } | { kind: 'gap'; id: string; gap: Gap };

/** Turns and gaps in the order of time. */
export function rowsOf(transcript: Transcript): Row[] {
  const gaps = [...transcript.coverage.gaps].sort((one, other) => one.start_ms - other.start_ms);
  const rows: Row[] = [];
  const gapRow = (gap: Gap): Row => ({ kind: 'gap', id: `gap-${gap.start_ms.toString()}`, gap });
  transcript.segments.forEach((segment, index) => {
    for (let gap = gaps[0]; gap && gap.start_ms < segment.start_ms; gap = gaps[0]) {
      rows.push(gapRow(gap));
      gaps.shift();
    }
    rows.push({ kind: 'turn', id: segment.id, segment, next: transcript.segments[index + 1] });
  });
  return [...rows, ...gaps.map(gapRow)];
}

/** The last turn that has begun at that time; -1 before the first. */
export function turnAt(segments: Segment[], ms: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.start_ms ?? 0) <= ms) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

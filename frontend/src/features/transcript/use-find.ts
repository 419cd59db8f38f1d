import { useMemo, useState } from 'react';

import type { Range } from './lib/evidence';
import type { Row } from './lib/rows';
import { tokensOf } from './lib/tokens';

interface Place {
  row: number;
  word: number;
}

export interface Find {
  query: string;
  setQuery: (query: string) => void;
  places: Place[];
  /** By turn, to be marked. */
  found: ReadonlyMap<string, Range[]>;
}

/** All places of some words in the transcript, whatever their case. */
export function useFind(rows: Row[]): Find {
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const { places, found } = useMemo(() => {
    const hits: Place[] = [];
    const ranges = new Map<string, Range[]>();
    if (wanted) {
      rows.forEach((row, index) => {
        if (row.kind !== 'turn') return;
        const text = row.segment.text.toLowerCase();
        const own: Range[] = [];
        for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
          own.push([at, at + wanted.length]);
          hits.push({ row: index, word: Math.max(0, tokensOf(row.segment).findIndex(({ end }) => end > at)) });
        }
        if (own.length > 0) ranges.set(row.id, own);
      });
    }
    return { places: hits, found: ranges };
  }, [rows, wanted]);
  return { query, setQuery, places, found };
}

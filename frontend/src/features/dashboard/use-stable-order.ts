import { useState } from 'react';

import type { QueueItem } from './api/get-dashboard';

const KINDS: readonly QueueItem['kind'][] = ['risk_pending', 'review', 'failed'];

/** The rows keep their places while they are being read: what is new goes to the end of its kind. */
export function useStableOrder(items: QueueItem[]): QueueItem[] {
  const [places, setPlaces] = useState<string[]>(() => items.map((item) => item.id));
  const ids = items.map((item) => item.id);
  const kept = places.filter((id) => ids.includes(id));
  const next = [...kept, ...ids.filter((id) => !kept.includes(id))];
  if (next.length !== places.length || next.some((id, index) => id !== places[index])) setPlaces(next);
  return KINDS.flatMap((kind) =>
    items.filter((item) => item.kind === kind).sort((a, b) => next.indexOf(a.id) - next.indexOf(b.id)));
}

import { VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';

type Politeness = 'polite' | 'assertive';
let said: Record<Politeness, string> = { polite: '', assertive: '' };
const listeners = new Set<() => void>();

/** Says a sentence to screen readers: polite for stages and saves, assertive for failures. */
export function announce(sentence: string, politeness: Politeness = 'polite'): void {
  // The same sentence twice is only heard twice when the text differs.
  const repeated = said[politeness] === sentence;
  said = { ...said, [politeness]: repeated ? `${sentence}\u00A0` : sentence };
  listeners.forEach((listener) => { listener(); });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function LiveRegions() {
  const { polite, assertive } = useSyncExternalStore(subscribe, () => said);
  return (
    <VisuallyHidden>
      <div role="status" aria-live="polite">{polite}</div>
      <div role="alert" aria-live="assertive">{assertive}</div>
    </VisuallyHidden>
  );
}

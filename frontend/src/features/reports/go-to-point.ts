/** Focus on an open point; focusing it selects its evidence. */
export function goToPoint(id: string): void {
  const element = document.querySelector<HTMLElement>(`[data-point="${CSS.escape(id)}"]`);
  if (!element) return;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
}

/** Where focus goes when the button that had it is gone: after the change is on the screen. */
export function refocus(selector: string): void {
  setTimeout(() => { document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }); }, 0);
}

export const claimSelector = (id: string): string => `[data-claim="${CSS.escape(id)}"]`;

/** The point after or before the one that has focus; goes round. */
export function nextPoint(ids: string[], direction: 1 | -1): string | undefined {
  const here = document.activeElement?.closest<HTMLElement>('[data-point], [data-holds-point]');
  const at = ids.indexOf(here?.dataset.point ?? here?.dataset.holdsPoint ?? '');
  if (at < 0) return direction > 0 ? ids[0] : ids.at(-1);
  return ids[(at + direction + ids.length) % ids.length];
}

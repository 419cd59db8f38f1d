import { flushSync } from 'react-dom';

/** Focus on an open point; focusing it selects its evidence. */
export function goToPoint(id: string): void {
  const element = document.querySelector<HTMLElement>(`[data-point="${CSS.escape(id)}"]`);
  if (!element) return;
  showTabOf(element);
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  element.focus({ preventScroll: true });
}

/** On narrow screens the report may be behind another tab. */
function showTabOf(element: HTMLElement): void {
  const panel = element.closest('[role="tabpanel"]');
  const tab = panel && document.getElementById(panel.getAttribute('aria-labelledby') ?? '');
  if (tab?.getAttribute('aria-selected') === 'false') flushSync(() => { tab.click(); });
}

/** Where focus goes when the button that had it is gone: after the change is on the screen. */
export function refocus(selector: string): void {
  setTimeout(() => { document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }); }, 0);
}

export const claimSelector = (id: string): string => `[data-claim="${CSS.escape(id)}"]`;

/** The point after or before the one that has focus, else the selected one: the button "Next" takes the focus. Goes round. */
export function nextPoint(ids: string[], direction: 1 | -1, selected?: string): string | undefined {
  const here = document.activeElement?.closest<HTMLElement>('[data-point], [data-holds-point]');
  const at = ids.indexOf(here?.dataset.point ?? here?.dataset.holdsPoint ?? selected ?? '');
  if (at < 0) return direction > 0 ? ids[0] : ids.at(-1);
  return ids[(at + direction + ids.length) % ids.length];
}

/** F6: the focus goes to the next element with data-region, round and round; innermost parts count, not what holds them. */
export function moveRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')]
    .filter((region) => region.offsetParent !== null && !region.querySelector('[data-region]'));
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + step + regions.length) % regions.length] ?? regions[0];
  if (next && !next.hasAttribute('tabindex')) next.tabIndex = -1;
  next?.focus();
}

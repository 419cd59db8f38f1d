/** Takes something kept for this tab; null when another tab has it. The answer gives it back. */
export async function claim(keptId: string): Promise<(() => void) | null> {
  if (!('locks' in navigator)) return () => undefined;
  return new Promise((resolve) => {
    void navigator.locks.request(`kept-${keptId}`, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((free) => { resolve(() => { free(); }); });
    });
  });
}

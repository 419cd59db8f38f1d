/** The access token lives here, in memory, and nowhere else. */
let token: string | null = null;
const listeners = new Set<() => void>();

export const getAccessToken = (): string | null => token;

export function setAccessToken(next: string | null): void {
  if (next === token) return;
  token = next;
  listeners.forEach((listener) => { listener(); });
}

export function onAccessToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

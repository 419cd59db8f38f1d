import { setAccessToken } from './access-token';

let running: Promise<string | null> | null = null;

async function refresh(): Promise<string | null> {
  const response = await fetch(new URL('/auth/refresh', window.location.origin), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-Refresh-Cookie': '1' },
    body: '{}',
  });
  if (!response.ok) {
    // Only a refusal ends the visit; a server that is down does not.
    if (response.status < 500 && response.status !== 429) setAccessToken(null);
    return null;
  }
  const { access } = (await response.json()) as { access: string };
  setAccessToken(access);
  return access;
}

/** A token works once: one call at a time, over all tabs. */
async function refreshInTurn(): Promise<string | null> {
  return 'locks' in navigator ? await navigator.locks.request('token-refresh', refresh) : await refresh();
}

/** A new access token from the cookie, or null. */
export function refreshAccessToken(): Promise<string | null> {
  running ??= refreshInTurn().finally(() => {
    running = null;
  });
  return running;
}

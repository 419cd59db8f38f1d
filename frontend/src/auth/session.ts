/** Who is signed in: nothing but the access token says so. */
import { useSyncExternalStore } from 'react';

import { getAccessToken, onAccessToken, setAccessToken } from '../api/access-token';
import { api, body } from '../api/client';
import { refreshAccessToken } from '../api/refresh';
import type { components } from '../api/schema';

type Therapist = components['schemas']['Therapist'];
export type Credentials = components['schemas']['LoginRequest'];
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('session') : null;
let restored: Promise<void> | null = null;
let endedEverywhere = false;

/** At the start: a visit goes on by the cookie. Resolves once it is known, also without a connection. */
export function restoreSession(): Promise<void> {
  restored ??= (getAccessToken() ? Promise.resolve(null) : refreshAccessToken()).then(() => undefined, () => undefined);
  return restored;
}

export const isSignedIn = (): boolean => getAccessToken() !== null;

export function useSignedIn(): boolean {
  return useSyncExternalStore(onAccessToken, isSignedIn);
}

/** `before` gets the profile just before the app learns of the visit, so that it need not be fetched. */
export async function signIn(credentials: Credentials, before?: (therapist: Therapist) => void): Promise<void> {
  const answer = await body(api.POST('/auth/login', { body: credentials, params: { header: { 'X-Refresh-Cookie': '1' } } }));
  endedEverywhere = false;
  before?.(answer.therapist);
  setAccessToken(answer.access);
}

/** Ends this visit, or all visits on all devices, and says so to the other tabs. */
export async function signOut({ everywhere = false } = {}): Promise<void> {
  await api.POST('/auth/logout', { body: { everywhere } });
  endedEverywhere = everywhere;
  setAccessToken(null);
  channel?.postMessage('signed-out');
}

/** Whether the visit before ended on all devices, for the page that comes after it. */
export const wasSignedOutEverywhere = (): boolean => endedEverywhere;

/** Calls back when the visit ends: here, in another tab, or because the server refuses to renew it. */
export function onSignedOut(listener: () => void): () => void {
  const heard = (event: MessageEvent) => { if (event.data === 'signed-out') setAccessToken(null); };
  channel?.addEventListener('message', heard);
  const stop = onAccessToken(() => { if (!isSignedIn()) listener(); });
  return () => {
    stop();
    channel?.removeEventListener('message', heard);
  };
}

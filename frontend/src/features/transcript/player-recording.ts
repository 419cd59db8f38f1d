/** GET /sessions/{id}/audio: the address only answers with the token, so the media element gets a copy from memory. */
import { useCallback, useEffect, useState } from 'react';

import { authorizedFetch } from '../../api/client';
import { ApiError, errorFrom } from '../../api/errors';
import type { Sound } from '../../components/playback/sound';

async function readAll(response: Response, onPart: (fraction: number) => void, expected: number): Promise<Blob> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!response.body) return response.blob();
  const total = Number(response.headers.get('Content-Length')) || expected;
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts, { type });
    parts.push(value);
    received += value.byteLength;
    if (total > 0) onPart(Math.min(1, received / total));
  }
}

async function fetchRecording(sessionId: string, expected: number, onPart: (fraction: number) => void, signal: AbortSignal): Promise<Blob> {
  const request = new Request(new URL(`/sessions/${sessionId}/audio`, window.location.origin), { signal, credentials: 'same-origin' });
  try {
    const response = await authorizedFetch(request);
    if (!response.ok) throw await errorFrom(response);
    return await readAll(response, onPart, expected);
  } catch (error) {
    if (signal.aborted || error instanceof ApiError) throw error;
    throw new ApiError('offline', 0);
  }
}

export type RecordingState =
  | { kind: 'loading'; fraction: number }
  | { kind: 'failed'; error: unknown }
  | { kind: 'ready' };

const START: RecordingState = { kind: 'loading', fraction: 0 };

/** Gives the sound its source while the player is shown, and takes it back after. */
export function useRecording(sound: Sound, sessionId: string, expectedBytes: number): [RecordingState, () => void] {
  const [state, setState] = useState<RecordingState>(START);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let url: string | null = null;
    let shown = 0;
    const onPart = (fraction: number) => {
      if (fraction - shown < 0.01) return;
      shown = fraction;
      setState({ kind: 'loading', fraction });
    };
    fetchRecording(sessionId, expectedBytes, onPart, abort.signal).then(
      (blob) => {
        if (abort.signal.aborted) return;
        url = URL.createObjectURL(blob);
        sound.load(url);
        setState({ kind: 'ready' });
      },
      (error: unknown) => { if (!abort.signal.aborted) setState({ kind: 'failed', error }); },
    );
    return () => {
      abort.abort();
      if (url === null) return;
      sound.unload();
      URL.revokeObjectURL(url);
    };
  }, [sound, sessionId, expectedBytes, attempt]);
  const retry = useCallback(() => {
    setState(START);
    setAttempt((count) => count + 1);
  }, []);
  return [state, retry];
}

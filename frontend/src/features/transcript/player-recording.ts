/** Gives the sound its source: an address that the media element reads by ranges, or a copy in memory. */
import { useCallback, useEffect, useRef, useState } from 'react';

import type { components } from '../../api/schema';
import type { Sound } from '../../components/playback/sound';
import type { RecordingState } from './player-state';
import { streamRecording } from './player-stream';
import { fetchRecording } from './player-whole';

type Recording = components['schemas']['Recording'];

/**
 * WebM that a browser recorded has no index: to go to a place, all before it is read. From memory that
 * takes milliseconds every time; over the network it would be read again at each renewed address. An hour
 * of it has 29 MB. Longer video streams all the same: rather a slow jump than hundreds of MB in memory.
 */
const WHOLE_BYTES = 64 * 1024 * 1024;
const playsFromMemory = ({ media_type, size_bytes }: Recording): boolean => media_type.endsWith('/webm') && size_bytes <= WHOLE_BYTES;

const START: RecordingState = { kind: 'loading', fraction: 0 };

type OnState = (state: RecordingState) => void;

function holdRecording(sound: Sound, sessionId: string, expectedBytes: number, onState: OnState): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let url: string | null = null;
  let shown = 0;
  const onPart = (fraction: number) => {
    if (fraction - shown < 0.01) return;
    shown = fraction;
    onState({ kind: 'loading', fraction });
  };
  sound.media.addEventListener('error', () => { onState({ kind: 'unplayable' }); }, { signal });
  fetchRecording(sessionId, expectedBytes, onPart, signal).then(
    (blob) => {
      if (signal.aborted) return;
      url = URL.createObjectURL(blob);
      sound.load(url);
      onState({ kind: 'ready' });
    },
    (error: unknown) => { if (!signal.aborted) onState({ kind: 'failed', error }); },
  );
  return () => {
    abort.abort();
    sound.unload();
    if (url !== null) URL.revokeObjectURL(url);
  };
}

/** While the player is shown; asked for again, it goes on at the place where it failed. */
export function useRecording(sound: Sound, sessionId: string, recording: Recording): [RecordingState, () => void] {
  const [state, setState] = useState<RecordingState>(START);
  const [attempt, setAttempt] = useState(0);
  const failedAt = useRef(0);
  const { size_bytes } = recording;
  const whole = playsFromMemory(recording);
  useEffect(() => {
    const close = whole ? holdRecording(sound, sessionId, size_bytes, setState) : streamRecording(sound, sessionId, setState);
    if (failedAt.current > 0) sound.seek(failedAt.current);
    return close;
  }, [sound, sessionId, size_bytes, whole, attempt]);
  const retry = useCallback(() => {
    failedAt.current = sound.timeMs();
    setState(START);
    setAttempt((count) => count + 1);
  }, [sound]);
  return [state, retry];
}

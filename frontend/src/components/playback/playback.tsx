/** What the report and the transcript share: the sound, the selected evidence and pointing to words. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';

import { Sound, type Span } from './sound';

export interface Passage {
  segmentId: string;
  startMs: number | null;
  endMs: number | null;
  quote: string;
}

export interface Selection {
  id: string;
  kind: 'claim' | 'risk';
  passages: Passage[];
}

export interface Playback {
  /** In order, 300 ms before and after each, 400 ms between, then stop. */
  playPassages(passages: Passage[]): void;
  stop(): void;
  playing: boolean;
  /** Tinted in the transcript, teal for a claim, rose for a risk, and scrolled to. */
  selection: Selection | null;
  select(selection: Selection | null): void;
  /** The transcript lets words be selected and Enter links them. */
  pointing: boolean;
  startPointing(onPointed: (passage: Passage) => void): void;
  cancelPointing(): void;
  /** Ends clips that are being played. */
  seek(ms: number, options?: { play?: boolean }): void;
}

interface Internal extends Playback {
  sound: Sound;
  point(passage: Passage): void;
}

const PlaybackContext = createContext<Internal | null>(null);

function timed(passage: Passage): Span[] {
  const { startMs, endMs } = passage;
  return startMs === null || endMs === null ? [] : [{ startMs, endMs }];
}

interface Props {
  /** Tests give their own. */
  sound?: Sound;
  children: ReactNode;
}

export function PlaybackProvider({ sound: given, children }: Props) {
  const [sound] = useState(() => given ?? new Sound());
  const [selection, select] = useState<Selection | null>(null);
  const [pointing, setPointing] = useState(false);
  const onPointed = useRef<((passage: Passage) => void) | null>(null);
  const playing = useSyncExternalStore(sound.subscribeState, sound.isPlaying);
  useEffect(() => () => { sound.destroy(); }, [sound]);

  const playPassages = useCallback((passages: Passage[]) => {
    const spans = passages.flatMap(timed);
    if (spans.length > 0) sound.playSpans(spans);
  }, [sound]);
  const stop = useCallback(() => { sound.stop(); }, [sound]);
  const seek = useCallback((ms: number, { play = false }: { play?: boolean } = {}) => {
    if (play) sound.playFrom(ms);
    else sound.seek(ms);
  }, [sound]);
  const startPointing = useCallback((callback: (passage: Passage) => void) => {
    onPointed.current = callback;
    setPointing(true);
  }, []);
  const cancelPointing = useCallback(() => {
    onPointed.current = null;
    setPointing(false);
  }, []);
  const point = useCallback((passage: Passage) => {
    const callback = onPointed.current;
    cancelPointing();
    callback?.(passage);
  }, [cancelPointing]);

  const value = useMemo<Internal>(
    () => ({ sound, playing, selection, pointing, playPassages, stop, select, startPointing, cancelPointing, point, seek }),
    [sound, playing, selection, pointing, playPassages, stop, startPointing, cancelPointing, point, seek],
  );
  return <PlaybackContext value={value}>{children}</PlaybackContext>;
}

function useInternal(): Internal {
  const value = use(PlaybackContext);
  if (!value) throw new Error('usePlayback needs PlaybackProvider');
  return value;
}

export function usePlayback(): Playback {
  return useInternal();
}

/** For the transcript and the player only. */
export function useSound(): Sound {
  return useInternal().sound;
}

const tenths = (ms: number): number => Math.floor(ms / 100) * 100;

/**
 * Where the sound is, in ms. Renders again only when what `read` makes of it changes: the index of the word
 * that is said, say. Without `read`: tenths of a second. `read` must give a primitive.
 */
export function usePlayhead(): number;
export function usePlayhead<T extends number | string | boolean | null>(read: (ms: number) => T): T;
export function usePlayhead(read: (ms: number) => unknown = tenths): unknown {
  const sound = useSound();
  const snapshot = () => read(sound.timeMs());
  return useSyncExternalStore(sound.subscribeTime, snapshot, snapshot);
}

/** The transcript hands over the words that were pointed to. */
export function usePoint(): (passage: Passage) => void {
  return useInternal().point;
}

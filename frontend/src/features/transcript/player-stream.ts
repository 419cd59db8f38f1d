/** A recording that the media element reads by ranges, under an address that ends after a while. */
import type { Sound } from '../../components/playback/sound';
import { linkError, recordingLink, type RecordingLink } from './api/recording-link';
import type { RecordingState } from './player-state';

const AHEAD_MS = 60_000;
const SOONEST_MS = 30_000;
/** A source that fails again within this time is not helped by another address. */
const AGAIN_MS = 5000;
/** MediaError.MEDIA_ERR_DECODE. */
const DECODE = 3;

/** Returns what ends it. */
export function streamRecording(sound: Sound, sessionId: string, onState: (state: RecordingState) => void): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let link: RecordingLink | null = null;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let recoveredAt = -Infinity;

  const follow = async (give: (url: string) => void): Promise<void> => {
    const next = await recordingLink(sessionId, signal);
    if (signal.aborted) return;
    link = next;
    give(next.url);
    clearTimeout(renewal);
    renewal = setTimeout(onEnding, Math.max(SOONEST_MS, next.expiresAt - Date.now() - AHEAD_MS));
  };
  const fail = (error: unknown) => { if (!signal.aborted) onState({ kind: 'failed', error }); };

  // A page that lies open and is quiet asks for nothing, so its sign-in can end; it gets another
  // address when it plays on and the old one is refused.
  const onEnding = () => {
    if (sound.isPlaying()) follow((url) => { sound.renew(url); }).catch(() => undefined);
  };

  const recover = async (): Promise<void> => {
    const again = performance.now() - recoveredAt < AGAIN_MS;
    recoveredAt = performance.now();
    if (!again || link === null) {
      await follow((url) => { sound.renew(url); });
      return;
    }
    const error = await linkError(link.url, signal);
    if (error) fail(error);
    else if (!signal.aborted) onState({ kind: 'unplayable' });
  };
  const onError = () => {
    // The bytes came and could not be decoded. Every other failure may be the address or the network:
    // browsers say "not supported" of an answer like 401, too.
    if (sound.media.error?.code === DECODE) onState({ kind: 'unplayable' });
    else recover().catch(fail);
  };

  sound.media.addEventListener('error', onError, { signal });
  follow((url) => {
    sound.load(url);
    onState({ kind: 'ready' });
  }).catch(fail);
  return () => {
    abort.abort();
    clearTimeout(renewal);
    sound.unload();
  };
}

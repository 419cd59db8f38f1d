/** A sound whose media element plays only when told to: `at` is what the clock of a browser would do. */
import { Sound } from './sound';

export function makeSound(durationMs = 60_000) {
  const media = document.createElement('audio');
  const state = { paused: true, time: 0, error: null as MediaError | null, failed: '' };
  const say = (type: string) => { media.dispatchEvent(new Event(type)); };
  Object.defineProperties(media, {
    paused: { get: () => state.paused },
    currentTime: { get: () => state.time, set: (value: number) => { state.time = value; say('seeked'); } },
    duration: { get: () => (media.hasAttribute('src') ? durationMs / 1000 : NaN) },
    readyState: { get: () => (media.hasAttribute('src') ? HTMLMediaElement.HAVE_ENOUGH_DATA : 0) },
    // A new source has not failed yet.
    error: { get: () => (media.src === state.failed ? state.error : null) },
  });
  media.play = () => {
    state.paused = false;
    say('play');
    return Promise.resolve();
  };
  media.pause = () => {
    if (state.paused) return;
    state.paused = true;
    say('pause');
  };
  media.load = () => { state.time = 0; };
  const sound = new Sound(media);
  return {
    sound,
    media,
    /** The sound has come to this place by playing. */
    at: (ms: number) => {
      state.time = ms / 1000;
      say('timeupdate');
    },
    /** A renewed source knows its length. */
    loaded: () => { say('loadedmetadata'); },
    /** As Chromium does: it stops by itself. 2 network, 3 decoding, 4 no source it can use. */
    fail: (code: 2 | 3 | 4) => {
      state.error = { code, message: '' } as MediaError;
      state.failed = media.src;
      media.pause();
      say('error');
    },
  };
}

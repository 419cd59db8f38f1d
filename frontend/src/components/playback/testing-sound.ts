/** A sound whose media element plays only when told to: `at` is what the clock of a browser would do. */
import { Sound } from './sound';

export function makeSound(durationMs = 60_000) {
  const media = document.createElement('audio');
  const state = { paused: true, time: 0, error: null as MediaError | null };
  const say = (type: string) => { media.dispatchEvent(new Event(type)); };
  Object.defineProperties(media, {
    paused: { get: () => state.paused },
    currentTime: { get: () => state.time, set: (value: number) => { state.time = value; say('seeked'); } },
    duration: { get: () => (media.hasAttribute('src') ? durationMs / 1000 : NaN) },
    readyState: { get: () => (media.hasAttribute('src') ? HTMLMediaElement.HAVE_ENOUGH_DATA : 0) },
    error: { get: () => state.error },
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
    fail: () => {
      state.error = { code: 4, message: '' } as MediaError;
      say('error');
    },
  };
}

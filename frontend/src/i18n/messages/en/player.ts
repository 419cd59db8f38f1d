const messages = {
  title: 'Player',
  play: 'Play',
  pause: 'Pause',
  back: '5 seconds back',
  forward: '5 seconds forward',
  wordBack: 'One word back',
  wordForward: 'One word forward',
  slower: 'Slower',
  faster: 'Faster',
  speed: 'Speed',
  speedIs: 'Speed {speed}',
  times: '{speed}×',
  skipSilence: 'Skip silence',
  position: 'Place in the recording',
  positionOf: '{time} of {duration}',
  loading: 'Loading the recording',
  loadingPart: 'Loading the recording, {percent}',
  failed: 'The recording was not loaded. It is safe on the server.',
  cannotPlay: 'This browser cannot play this recording. It is safe on the server.',
  tryAgain: 'Try again',
};

export default messages;

declare module '../../registry' {
  interface MessageRegistry { player: typeof messages }
}

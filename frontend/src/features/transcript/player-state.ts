/** How far the player is with its recording. */
export type RecordingState =
  | { kind: 'loading'; fraction: number }
  | { kind: 'failed'; error: unknown }
  /** It came, but this browser cannot play it. */
  | { kind: 'unplayable' }
  | { kind: 'ready' };

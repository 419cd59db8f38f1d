/** The one player of a page: a media element, its time as a store of its own, and clips played in order. */
export interface Span {
  startMs: number;
  endMs: number;
}

const LEAD_MS = 300;
const PAUSE_BETWEEN_MS = 400;

export class Sound {
  readonly media: HTMLMediaElement;
  private readonly timeListeners = new Set<() => void>();
  private readonly stateListeners = new Set<() => void>();
  private queue: Span[] = [];
  private current: Span | null = null;
  private pending: number | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private frame: number | undefined;
  private skipped: Span[] = [];
  /** It plays, or would if its source had not failed. */
  private wanted = false;

  constructor(media: HTMLMediaElement = document.createElement('audio')) {
    this.media = media;
    this.media.preload = 'metadata';
    this.media.addEventListener('play', this.onState);
    this.media.addEventListener('pause', this.onPause);
    this.media.addEventListener('ended', this.onEnded);
    this.media.addEventListener('loadedmetadata', this.onMetadata);
    this.media.addEventListener('durationchange', this.onState);
    this.media.addEventListener('ratechange', this.onState);
    this.media.addEventListener('error', this.onState);
    this.media.addEventListener('timeupdate', this.tick);
    this.media.addEventListener('seeked', this.tick);
  }

  subscribeTime = (listener: () => void): (() => void) => {
    this.timeListeners.add(listener);
    return () => this.timeListeners.delete(listener);
  };

  subscribeState = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  timeMs = (): number => this.pending ?? this.media.currentTime * 1000;
  /** Between two clips counts as playing. */
  isPlaying = (): boolean => !this.media.paused || this.waiting !== undefined;
  durationMs = (): number => (Number.isFinite(this.media.duration) ? this.media.duration * 1000 : 0);
  rate = (): number => this.media.playbackRate;
  private hasSource = (): boolean => this.media.hasAttribute('src');
  private ready = (): boolean => this.media.readyState >= HTMLMediaElement.HAVE_METADATA;

  load(url: string): void {
    this.media.src = url;
    this.notifyState();
  }

  /** The same recording under another address: goes on where it was, in clips too. */
  renew(url: string): void {
    const goesOn = this.wanted;
    this.pending = this.timeMs();
    this.media.src = url;
    if (goesOn) this.start();
    this.notifyState();
  }

  unload(): void {
    this.stop();
    this.pending = null;
    this.media.removeAttribute('src');
    this.media.load();
    this.notifyState();
  }

  seek(ms: number): void {
    this.clearClips();
    this.moveTo(ms);
  }

  playFrom(ms: number): void {
    this.seek(ms);
    this.start();
  }

  toggle(): void {
    if (this.isPlaying()) this.stop();
    else this.start();
  }

  stop(): void {
    this.wanted = false;
    this.clearClips();
    this.media.pause();
    this.notifyState();
  }

  /** One after the other, a little before and after each, then stop. */
  playSpans(spans: Span[]): void {
    this.clearClips();
    this.queue = spans.map(({ startMs, endMs }) => ({ startMs: Math.max(0, startMs - LEAD_MS), endMs: endMs + LEAD_MS }));
    this.next();
  }

  /** Stretches without speech that are jumped over while playing; empty turns it off. */
  setSkipped(spans: Span[]): void {
    this.skipped = spans;
  }

  setRate(rate: number): void {
    this.media.playbackRate = rate;
    this.media.defaultPlaybackRate = rate;
  }

  destroy(): void {
    this.clearClips();
    this.media.pause();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  private start(): void {
    // Without a source it would start by itself as soon as there is one.
    if (!this.hasSource()) {
      this.clearClips();
      return;
    }
    this.wanted = true;
    // The browser may forbid it; the button then simply stays at Play.
    void Promise.resolve(this.media.play()).catch(() => { this.notifyState(); });
  }

  private moveTo(ms: number): void {
    const at = Math.max(0, this.durationMs() > 0 ? Math.min(ms, this.durationMs()) : ms);
    this.pending = this.ready() ? null : at;
    if (this.ready()) this.media.currentTime = at / 1000;
    this.notifyTime();
  }

  private next(): void {
    const span = this.queue.shift();
    this.current = span ?? null;
    if (!span) {
      this.notifyState();
      return;
    }
    this.moveTo(span.startMs);
    this.start();
  }

  private clearClips(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.queue = [];
    this.current = null;
  }

  private readonly tick = (): void => {
    const now = this.timeMs();
    if (this.current && now >= this.current.endMs && !this.media.paused) this.endClip();
    else if (!this.current && !this.media.paused && this.pending === null) this.skip(now);
    this.notifyTime();
  };

  private endClip(): void {
    this.current = null;
    if (this.queue.length > 0) {
      this.waiting = setTimeout(() => {
        this.waiting = undefined;
        this.next();
      }, PAUSE_BETWEEN_MS);
    }
    this.media.pause();
  }

  private skip(now: number): void {
    const silence = this.skipped.find(({ startMs, endMs }) => now >= startMs && now < endMs - 200);
    if (silence) this.media.currentTime = silence.endMs / 1000;
  }

  private readonly onMetadata = (): void => {
    if (this.pending !== null) this.media.currentTime = this.pending / 1000;
    this.pending = null;
    this.notifyState();
  };

  private readonly onPause = (): void => {
    // A failed source pauses by itself; a renewed one is to go on.
    if (this.media.error === null) this.wanted = false;
    this.onState();
  };

  private readonly onEnded = (): void => {
    this.wanted = false;
    if (this.current) this.endClip();
    this.notifyState();
  };

  private readonly onState = (): void => {
    if (!this.media.paused && this.frame === undefined) this.follow();
    this.notifyState();
  };

  /** timeupdate comes four times a second; words need more. */
  private follow = (): void => {
    this.frame = undefined;
    this.tick();
    if (!this.media.paused) this.frame = requestAnimationFrame(this.follow);
  };

  private notifyTime(): void {
    this.timeListeners.forEach((listener) => { listener(); });
  }

  private notifyState(): void {
    this.stateListeners.forEach((listener) => { listener(); });
    this.notifyTime();
  }
}

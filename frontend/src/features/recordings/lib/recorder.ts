import { bytesOf } from './bytes';
import { forget, keep, keepChunk, type Kept } from './kept-store';

export type RecorderPhase = 'asking' | 'recording' | 'paused' | 'ending' | 'ended' | 'refused' | 'failed';

export interface RecorderState {
  phase: RecorderPhase;
  /** Sound so far, all takes together. */
  ms: number;
  /** So much of it lies on the disk. */
  keptMs: number;
  /** Why it does not record: the microphone is refused, missing, or the storage is full. */
  reason: 'refused' | 'no_microphone' | 'storage' | 'lost' | null;
}

export interface RecorderOptions {
  sessionId: string;
  owner: string;
  /** Goes on with one that was broken off. */
  kept?: Kept;
  deviceId?: string;
  /** How often a piece is written. */
  chunkMs?: number;
  now?: () => number;
}

const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', ''];
const ENDING: Record<string, string> = { 'audio/webm': 'webm', 'audio/ogg': 'ogg', 'audio/mp4': 'm4a' };

export const canRecord = (): boolean => 'MediaRecorder' in globalThis && typeof (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia === 'function';

/** Records the microphone; every piece is written to the disk of this browser as it comes. */
export class Recorder {
  readonly sessionId: string;
  kept: Kept | null;
  stream: MediaStream | null = null;
  state: RecorderState;
  private readonly options: RecorderOptions;
  private readonly now: () => number;
  private readonly listeners = new Set<() => void>();
  private media: MediaRecorder | null = null;
  private writing: Promise<void> = Promise.resolve();
  private index = 0;
  private take = 0;
  private runSince: number | null = null;
  private before = 0;

  constructor(options: RecorderOptions) {
    this.options = options;
    this.sessionId = options.sessionId;
    this.now = options.now ?? (() => performance.now());
    this.kept = options.kept ?? null;
    this.before = this.kept?.ms ?? 0;
    this.state = { phase: 'asking', ms: this.before, keptMs: this.before, reason: null };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): RecorderState => this.state;

  get running(): boolean {
    return ['recording', 'paused', 'ending'].includes(this.state.phase);
  }

  elapsed(): number {
    return this.before + (this.runSince === null ? 0 : this.now() - this.runSince);
  }

  /** `nextIndex` is the number of the first new piece of a recording that goes on. */
  async start(nextIndex = 0): Promise<void> {
    this.set({ phase: 'asking', reason: null });
    try {
      const { deviceId } = this.options;
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: { ...(deviceId ? { deviceId: { exact: deviceId } } : {}), channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true },
      });
    } catch (error) {
      const missing = error instanceof DOMException && ['NotFoundError', 'OverconstrainedError', 'NotReadableError'].includes(error.name);
      this.set({ phase: 'refused', reason: missing ? 'no_microphone' : 'refused' });
      return;
    }
    try {
      await this.begin(this.stream, nextIndex);
    } catch {
      this.release();
      this.set({ phase: 'failed', reason: 'storage' });
    }
  }

  pause(): void {
    if (this.state.phase !== 'recording') return;
    this.media?.pause();
    this.media?.requestData();
    this.before = this.elapsed();
    this.runSince = null;
    this.set({ phase: 'paused', ms: this.before });
  }

  resume(): void {
    if (this.state.phase !== 'paused') return;
    this.media?.resume();
    this.runSince = this.now();
    this.set({ phase: 'recording' });
  }

  /** The recording, all of it on the disk. */
  async end(): Promise<Kept | null> {
    if (!this.running || !this.kept) return this.kept;
    this.before = this.elapsed();
    this.runSince = null;
    this.set({ phase: 'ending', ms: this.before });
    await this.stopMedia();
    await this.writing;
    this.kept = { ...this.kept, ms: this.before, ended: true };
    await keep(this.kept);
    this.set({ phase: 'ended', keptMs: this.before });
    return this.kept;
  }

  /** Throws away what was recorded. */
  async discard(): Promise<void> {
    await this.stopMedia();
    await this.writing;
    if (this.kept) await forget(this.kept.id);
    this.set({ phase: 'ended' });
  }

  private async begin(stream: MediaStream, nextIndex: number): Promise<void> {
    const mimeType = this.kept?.mediaType ?? TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? '';
    const media = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 64_000 });
    const startedAt = new Date().toISOString();
    const actual = media.mimeType || mimeType || 'audio/webm';
    this.kept = this.kept
      ? { ...this.kept, takes: [...this.kept.takes, this.kept.ms], ended: false }
      : {
          id: crypto.getRandomValues(new Uint32Array(4)).join('-'), sessionId: this.sessionId, owner: this.options.owner, kind: 'recording',
          filename: `recording-${startedAt.slice(0, 16).replace(/:/g, '-')}.${ENDING[actual.split(';')[0] ?? ''] ?? 'webm'}`,
          mediaType: actual, startedAt, ms: 0, size: 0, takes: [0], uploadId: null, ended: false, file: null,
        };
    this.index = nextIndex;
    this.take = this.kept.takes.length - 1;
    await keep(this.kept);
    this.media = media;
    media.ondataavailable = (event) => { this.write(event.data, this.elapsed()); };
    media.onerror = () => { this.lost(); };
    for (const track of stream.getAudioTracks()) track.onended = () => { this.lost(); };
    media.start(this.options.chunkMs ?? 2000);
    this.runSince = this.now();
    this.set({ phase: 'recording' });
  }

  private write(data: Blob, ms: number): void {
    if (data.size === 0) return;
    this.writing = this.writing.then(async () => {
      if (!this.kept) return;
      const bytes = (await bytesOf(data)).buffer;
      const kept = { ...this.kept, ms, size: this.kept.size + bytes.byteLength };
      await keepChunk(kept, { keptId: kept.id, index: this.index, take: this.take, bytes });
      this.kept = kept;
      this.index += 1;
      this.set({ keptMs: ms, ms: this.elapsed() });
    }).catch(() => {
      // The disk is full: what is there stays, and going on would only seem to record.
      if (this.state.phase === 'failed') return;
      this.release();
      this.set({ phase: 'failed', reason: 'storage' });
    });
  }

  /** The microphone went away: what came so far is on the disk. */
  private lost(): void {
    if (!this.running || this.state.phase === 'ending') return;
    this.before = this.elapsed();
    this.release();
    this.set({ phase: 'failed', reason: 'lost', ms: this.before });
  }

  private async stopMedia(): Promise<void> {
    const media = this.media;
    if (media && media.state !== 'inactive') {
      await new Promise<void>((resolve) => {
        media.onstop = () => { resolve(); };
        media.stop();
      });
    }
    this.release();
  }

  private release(): void {
    this.runSince = null;
    if (this.media && this.media.state !== 'inactive') this.media.stop();
    this.stream?.getTracks().forEach((track) => { track.onended = null; track.stop(); });
    this.stream = null;
  }

  private set(change: Partial<RecorderState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => { listener(); });
  }
}

import { newIdempotencyKey } from '../../../api/client';
import { ApiError, isApiError } from '../../../api/errors';
import { abortUpload } from '../api/abort-upload';
import { completeUpload, type Session } from '../api/complete-upload';
import { createUpload, type Upload } from '../api/create-upload';
import { readUpload } from '../api/read-upload';
import { OtherFile, sendPart, sendPartDirect, type Part, type SendOptions } from '../api/send-part';
import { sha256, type Source } from './bytes';

export type UploadPhase = 'sending' | 'paused' | 'offline' | 'finishing' | 'done' | 'failed' | 'cancelled';

export interface UploadState {
  phase: UploadPhase;
  sent: number;
  size: number;
  secondsLeft: number | null;
  error: ApiError | null;
}

export interface UploadOptions {
  sessionId: string;
  source: Source;
  /** Of an upload begun before, such as before a reload. */
  uploadId?: string;
  /** Called once the server knows the upload, so that it can be found again. */
  onOpened?: (uploadId: string) => void;
  onDone?: (session: Session) => void;
  /** First wait before trying again; doubles up to 30 s. Tests take less. */
  waitMs?: number;
}

const PASSING = ['internal_error', 'storage_unavailable', 'rate_limited'] as const;
const TRIES = 5;
/** While a request of ours that broke off still has the upload; the server says how often to ask. */
const TRIES_WHILE_HELD = 45;
const LONGEST_WAIT_MS = 30_000;
/** So many parts in a row that the storage did not take from here, and it is not tried any more. */
const DETOURS = 3;

/** Sends one recording in parts. What the server has is asked, never assumed: it can stop and go on at any point. */
export class UploadTask {
  readonly sessionId: string;
  readonly source: Source;
  private readonly options: UploadOptions;
  private key = newIdempotencyKey();
  private readonly listeners = new Set<() => void>();
  private uploadId: string | undefined;
  private running: AbortController | null = null;
  private startedAt = 0;
  private sentAtStart = 0;
  private failures = 0;
  private detours = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  state: UploadState;

  constructor(options: UploadOptions) {
    this.options = options;
    this.sessionId = options.sessionId;
    this.source = options.source;
    this.uploadId = options.uploadId;
    this.state = { phase: 'paused', sent: 0, size: options.source.size, secondsLeft: null, error: null };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): UploadState => this.state;

  get unsent(): boolean {
    return !['done', 'cancelled'].includes(this.state.phase);
  }

  start(): void {
    if (this.running || !this.unsent) return;
    clearTimeout(this.timer);
    window.removeEventListener('online', this.goOn);
    window.addEventListener('offline', this.cutOff);
    const run = new AbortController();
    this.running = run;
    this.set({ phase: 'sending', error: null });
    void this.run(run.signal).catch((error: unknown) => {
      // A run that was stopped has nothing more to say.
      if (this.running !== run) return;
      this.running = null;
      this.stopped(error);
    });
  }

  pause(): void {
    if (this.state.phase !== 'sending' && this.state.phase !== 'offline') return;
    this.halt();
    this.set({ phase: 'paused', secondsLeft: null });
  }

  /** Stops and removes what the server has. */
  async cancel(): Promise<void> {
    if (!this.unsent) return;
    this.halt();
    this.set({ phase: 'cancelled', secondsLeft: null });
    if (this.uploadId) await abortUpload(this.sessionId, this.uploadId).catch(() => undefined);
  }

  private halt(): void {
    clearTimeout(this.timer);
    window.removeEventListener('online', this.goOn);
    window.removeEventListener('offline', this.cutOff);
    this.running?.abort();
    this.running = null;
  }

  /** The browser knows of a lost connection before a request does. */
  private cutOff = (): void => {
    if (this.state.phase !== 'sending') return;
    this.halt();
    this.stopped(new ApiError('offline', 0));
  };

  private goOn = (): void => {
    if (this.state.phase === 'offline') this.start();
  };

  private stopped(error: unknown): void {
    const known = isApiError(error) ? error : new ApiError('internal_error', 0);
    if (known.code === 'offline') {
      this.set({ phase: 'offline', secondsLeft: null });
      window.addEventListener('online', this.goOn, { once: true });
      this.timer = setTimeout(this.goOn, this.wait());
      return;
    }
    this.set({ phase: 'failed', error: known, secondsLeft: null });
  }

  private wait(): number {
    this.failures += 1;
    return Math.min((this.options.waitMs ?? 1000) * 2 ** (this.failures - 1), LONGEST_WAIT_MS);
  }

  private async run(signal: AbortSignal): Promise<void> {
    let upload = await this.open(signal);
    try {
      await this.sendMissing(upload, signal);
    } catch (error) {
      if (!(error instanceof OtherFile)) throw error;
      upload = await this.openAnew(upload.id, signal);
      await this.sendMissing(upload, signal);
    }
    this.set({ phase: 'finishing', sent: this.source.size, secondsLeft: null });
    const session = await this.patiently(() => completeUpload(this.sessionId, upload.id, this.source.size, signal), signal);
    this.running = null;
    window.removeEventListener('offline', this.cutOff);
    this.set({ phase: 'done' });
    this.options.onDone?.(session);
  }

  private async open(signal: AbortSignal): Promise<Upload> {
    if (this.source.size === 0) throw new ApiError('empty_audio', 0);
    if (this.uploadId) {
      const id = this.uploadId;
      try {
        return await this.patiently(() => readUpload(this.sessionId, id, signal), signal);
      } catch (error) {
        // It expired: begin anew.
        if (!isApiError(error, 'not_found')) throw error;
      }
    }
    const upload = await this.patiently(() => createUpload(this.sessionId, this.source, this.key), signal);
    this.uploadId = upload.id;
    this.options.onOpened?.(upload.id);
    signal.throwIfAborted();
    return upload;
  }

  /** An address in the storage is bound to its bytes, so another file under the same name needs another upload. */
  private async openAnew(uploadId: string, signal: AbortSignal): Promise<Upload> {
    await abortUpload(this.sessionId, uploadId).catch(() => undefined);
    this.uploadId = undefined;
    this.key = newIdempotencyKey();
    return this.open(signal);
  }

  private async sendMissing(upload: Upload, signal: AbortSignal): Promise<void> {
    if (upload.state === 'completed') return;
    const there = new Map(upload.parts.map((part) => [part.number, part]));
    const size = this.source.size;
    const count = Math.max(1, Math.ceil(size / upload.part_size));
    let sent = 0;
    for (const part of upload.parts) sent += part.size;
    this.startedAt = performance.now();
    this.sentAtStart = sent;
    this.progress(sent);
    for (let number = 1; number <= count; number += 1) {
      const bytes = await this.source.read((number - 1) * upload.part_size, Math.min(number * upload.part_size, size));
      const hash = await sha256(bytes);
      signal.throwIfAborted();
      const have = there.get(number);
      // The same bytes are there already; a part of another file is sent again.
      if (have?.size === bytes.length && (!hash || have.sha256 === hash)) continue;
      const before = sent - (have?.size ?? 0);
      await this.patiently(() => this.sendOne(
        upload,
        { sessionId: this.sessionId, uploadId: upload.id, number, bytes, sha256: hash },
        { signal, onProgress: (loaded) => { this.progress(before + Math.min(loaded, bytes.length)); } },
      ), signal);
      sent = before + bytes.length;
      this.progress(sent);
      this.failures = 0;
    }
  }

  /** To the storage where it can be; through the server where it cannot be reached from here, or nothing can be hashed. */
  private async sendOne(upload: Upload, part: Part, options: SendOptions): Promise<void> {
    if (upload.direct && part.sha256 && this.detours < DETOURS) {
      try {
        await sendPartDirect(part, options);
        this.detours = 0;
        return;
      } catch (error) {
        if (!isApiError(error, 'offline', 'storage_unavailable')) throw error;
        this.detours += 1;
      }
    }
    await sendPart(part, options);
  }

  /** Tries what may pass by itself a few times; a part that arrived broken is sent again. */
  private async patiently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const held = isApiError(error, 'session_busy') ? error.problem.retry_after : undefined;
        const passing = isApiError(error, 'checksum_mismatch') || (isApiError(error, ...PASSING) && error.status >= 429);
        if (typeof held === 'number' ? attempt >= TRIES_WHILE_HELD : !passing || attempt >= TRIES) throw error;
        const seconds = typeof held === 'number' ? held : 2 ** (attempt - 1);
        await pauseFor(Math.min((this.options.waitMs ?? 1000) * seconds, LONGEST_WAIT_MS), signal);
      }
    }
  }

  private progress(sent: number): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const speed = seconds > 1 ? (sent - this.sentAtStart) / seconds : 0;
    this.set({ sent: Math.min(sent, this.source.size), secondsLeft: speed > 0 ? (this.source.size - sent) / speed : null });
  }

  private set(change: Partial<UploadState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => { listener(); });
  }
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { signal.removeEventListener('abort', stop); resolve(); }, milliseconds);
    const stop = () => { clearTimeout(timer); reject(new DOMException('aborted', 'AbortError')); };
    signal.addEventListener('abort', stop, { once: true });
  });
}

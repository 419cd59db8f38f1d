/** Recordings and uploads of this tab. They live beside the pages, so that going to another page stops nothing. */
import { useEffect, useState, useSyncExternalStore } from 'react';

import { isApiError } from '../../../api/errors';
import type { Session } from '../api/complete-upload';
import { fileSource, type Source } from './bytes';
import { keptSource, nextIndexOf } from './kept-source';
import { forget, keep, keptOf, type Kept } from './kept-store';
import { claim } from './claim';
import { Recorder } from './recorder';
import { UploadTask } from './upload-task';

export interface Transfer {
  task: UploadTask | null;
  recorder: Recorder | null;
}

export type OnStored = (session: Session) => void;

const NONE: Transfer = { task: null, recorder: null };
let transfers: ReadonlyMap<string, Transfer> = new Map();
const sources = new WeakMap<UploadTask, Kept>();
const releases = new Map<string, () => void>();
const listeners = new Set<() => void>();

function set(sessionId: string, change: Partial<Transfer>): void {
  transfers = new Map(transfers).set(sessionId, { ...(transfers.get(sessionId) ?? NONE), ...change });
  listeners.forEach((listener) => { listener(); });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTransfer(sessionId: string): Transfer {
  return useSyncExternalStore(subscribe, () => transfers.get(sessionId) ?? NONE);
}

/** The same file would be refused again. A recording made here is never given up for it. */
export const isRefused = (error: unknown): boolean =>
  isApiError(error, 'unsupported_media', 'no_audio_stream', 'empty_audio', 'corrupted_audio', 'file_too_large');

const never = () => () => undefined;

/** Whether an upload is on its way; not one that was refused or failed. */
export const useSending = (task: UploadTask | null): boolean =>
  useSyncExternalStore(task?.subscribe ?? never, () => task !== null && task.snapshot().phase !== 'failed');

/** Something that only this tab has: not yet sent, or being recorded. */
export const somethingUnsent = (): boolean => [...transfers.values()].some(({ task, recorder }) => Boolean(task?.unsent) || Boolean(recorder?.running));
export const somethingRecording = (): boolean => [...transfers.values()].some(({ recorder }) => Boolean(recorder?.running));

function letGo(keptId: string): void {
  releases.get(keptId)?.();
  releases.delete(keptId);
}

async function release(keptId: string): Promise<void> {
  letGo(keptId);
  await forget(keptId).catch(() => undefined);
}

function send(kept: Kept, source: Source, onStored: OnStored): UploadTask {
  const task = new UploadTask({
    sessionId: kept.sessionId,
    source,
    uploadId: kept.uploadId ?? undefined,
    onOpened: (uploadId) => { void keep({ ...kept, uploadId }).catch(() => undefined); },
    onDone: (session) => {
      void release(kept.id);
      set(kept.sessionId, NONE);
      onStored(session);
    },
  });
  // A refused file is not offered again after a reload.
  if (kept.kind === 'file') task.subscribe(() => { if (isRefused(task.snapshot().error)) void forget(kept.id).catch(() => undefined); });
  sources.set(task, kept);
  set(kept.sessionId, { task, recorder: null });
  task.start();
  return task;
}

/** Sends a chosen file; it is kept here until the server has it, where the browser can. */
export async function sendFile(sessionId: string, owner: string, file: File, onStored: OnStored): Promise<UploadTask> {
  const before = (await keptOf(sessionId, owner).catch(() => [])).filter((one) => one.kind === 'file');
  // The same file chosen again goes on where it stopped.
  const again = before.find((one) => one.filename === file.name && one.size === file.size && one.uploadId);
  const kept: Kept = again ?? {
    id: crypto.getRandomValues(new Uint32Array(4)).join('-'), sessionId, owner, kind: 'file', filename: file.name, mediaType: file.type,
    startedAt: new Date().toISOString(), ms: 0, size: file.size, takes: [], uploadId: null, ended: true, file,
  };
  for (const other of before) if (other.id !== kept.id) await forget(other.id).catch(() => undefined);
  await keep(kept).catch(() => keep({ ...kept, file: null })).catch(() => undefined);
  releases.set(kept.id, (await claim(kept.id)) ?? (() => undefined));
  return send(kept, fileSource(file, file.name), onStored);
}

/** Sends what was kept; false when the browser has not kept the file itself. */
export async function sendKept(kept: Kept, onStored: OnStored): Promise<boolean> {
  const source = await keptSource(kept);
  if (!source) return false;
  if (!releases.has(kept.id)) releases.set(kept.id, (await claim(kept.id)) ?? (() => undefined));
  send({ ...kept, size: source.size }, source, onStored);
  return true;
}

/** Whether it sends a recording of this browser, which stays kept until the server has it. */
export const sendsRecording = (task: UploadTask): boolean => sources.get(task)?.kind === 'recording';

/** Stops the upload. A chosen file is forgotten; a recording stays on this device. */
export async function cancelUpload(task: UploadTask): Promise<void> {
  const kept = sources.get(task);
  if (kept?.kind === 'file') await release(kept.id);
  if (kept?.kind === 'recording') {
    await keep({ ...kept, uploadId: null }).catch(() => undefined);
    letGo(kept.id);
  }
  set(task.sessionId, NONE);
  await task.cancel();
}

export async function record(sessionId: string, owner: string, options: { kept?: Kept; deviceId?: string } = {}): Promise<Recorder> {
  const recorder = new Recorder({ sessionId, owner, ...options });
  set(sessionId, { recorder, task: null });
  await recorder.start(options.kept ? await nextIndexOf(options.kept) : 0);
  if (recorder.kept) releases.set(recorder.kept.id, (await claim(recorder.kept.id)) ?? (() => undefined));
  void navigator.storage?.persist?.().catch(() => undefined);
  return recorder;
}

export async function endRecording(recorder: Recorder, onStored: OnStored): Promise<void> {
  const kept = await recorder.end();
  if (kept) await sendKept(kept, onStored);
}

export function leaveRecorder(recorder: Recorder): void {
  if (recorder.kept) letGo(recorder.kept.id);
  set(recorder.sessionId, { recorder: null });
}

export const dropKept = (kept: Kept): Promise<void> => release(kept.id);

const AGAIN_MS = 2000;

/** What an earlier visit left on this device for this session, and nobody else has in hand. */
export function useKept(sessionId: string, owner: string, transfer: Transfer): [Kept[] | undefined, () => void] {
  const [found, setFound] = useState<Kept[]>();
  const [round, setRound] = useState(0);
  const busy = transfer.task !== null || transfer.recorder !== null;
  useEffect(() => {
    let current = true;
    let later: ReturnType<typeof setTimeout> | undefined;
    if (busy || !owner) return;
    const look = async () => {
      const free: Kept[] = [];
      for (const kept of await keptOf(sessionId, owner)) {
        const done = await claim(kept.id);
        if (done && (kept.kind === 'file' || kept.size > 0)) free.push(kept);
        // Another tab is at work on it, or this page was just drawn anew: it may be free in a moment.
        if (!done && current) later ??= setTimeout(() => { setRound((old) => old + 1); }, AGAIN_MS);
        done?.();
      }
      return free;
    };
    void look().catch(() => []).then((list) => { if (current) setFound(list); });
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [sessionId, owner, busy, round]);
  return [busy ? undefined : found, () => { setRound((old) => old + 1); }];
}

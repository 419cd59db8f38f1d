/**
 * Sends the edits of one report one after the other, each against the version that was read.
 * What is not saved yet is kept in the memory of the tab, also while another page of the app is shown, and typed words
 * over a reload; leaving the tab is asked about.
 */
import type { QueryClient } from '@tanstack/react-query';

import { isApiError } from '../../api/errors';
import { nextMoment, type Way } from '../../components/steps';
import { fetchReport, reportQuery, type ReportData } from './api/report-query';
import { updateReport } from './api/update-report';
import { requestOf, type Edit } from './edits';
import { keepSentences, keptSentences } from './kept-sentences';
import type { Report, ReportEdit } from './types';

const TYPING_MS = 800;
const AGAIN_MS = 5_000;

export interface Conflict {
  /** When the edit was made here. */
  mineAt: Date;
  theirs: ReportData;
  /** Theirs is on the screen now; mine is still kept. */
  shown: boolean;
}

export interface SaverState {
  waiting: readonly Edit[];
  saving: boolean;
  savedAt: Date | null;
  offlineSince: Date | null;
  failed: unknown;
  conflict: Conflict | null;
}

interface Step {
  /** Among the steps of the page. */
  at: number;
  redo: Edit;
  undo: Edit;
}

const IDLE: SaverState = { waiting: [], saving: false, savedAt: null, offlineSince: null, failed: null, conflict: null };

export class ReportSaver {
  private state = IDLE;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Edit | null = null;
  private editedAt = new Date();
  private readonly written = new Map<string, Set<string>>();
  private done: Step[] = [];
  private undone: Step[] = [];
  private owner: string | undefined;

  constructor(private readonly queryClient: QueryClient, private readonly sessionId: string) {}

  readonly getState = (): SaverState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes an edit over; typing is sent when it rests, everything else at once. */
  readonly add = (edit: Edit, undo?: Edit): void => {
    const last = this.state.waiting.at(-1);
    const same = edit.kind === 'text' && last?.kind === 'text' && last.id === edit.id && last !== this.sending;
    this.editedAt = new Date();
    this.set({ waiting: [...(same ? this.state.waiting.slice(0, -1) : this.state.waiting), edit] });
    if (undo) this.remember(edit, undo);
    this.soon(edit.kind === 'text' ? TYPING_MS : 0);
  };

  readonly remember = (redo: Edit, undo: Edit): void => {
    this.done.push({ redo, undo, at: nextMoment() });
    this.undone = [];
  };

  /** From now on typed words outlive a reload; those of before are sent. */
  readonly keepFor = async (owner: string, report: Report): Promise<void> => {
    if (this.owner === owner) return;
    this.owner = owner;
    const kept = await keptSentences(owner, this.sessionId, report);
    this.set({ waiting: [...kept, ...this.state.waiting] });
    this.flush();
  };

  readonly flush = (): void => { this.soon(0); };

  readonly undo = (): boolean => this.step(this.done, this.undone, 'undo');
  readonly redo = (): boolean => this.step(this.undone, this.done, 'redo');

  /** When the step that `undo` or `redo` would take was made. */
  readonly stepAt = (way: Way): number | undefined => (way === 'undo' ? this.done : this.undone).at(-1)?.at;

  /** Tries again what was refused or could not be sent. */
  readonly retry = (): void => {
    this.set({ failed: null });
    this.soon(0);
  };

  /** Gives up what is not saved. */
  readonly discard = (): void => {
    this.set({ waiting: [], failed: null, conflict: null, offlineSince: null });
    this.reload();
  };

  readonly reload = (): void => { void this.queryClient.invalidateQueries({ queryKey: this.key }); };

  readonly showTheirs = (): void => {
    const { conflict } = this.state;
    if (!conflict) return;
    this.queryClient.setQueryData(this.key, conflict.theirs);
    this.set({ conflict: { ...conflict, shown: true } });
  };

  readonly keepMine = (): void => {
    const { conflict } = this.state;
    if (!conflict) return;
    this.queryClient.setQueryData(this.key, conflict.theirs);
    for (const edit of this.state.waiting) {
      const text = edit.kind === 'text' && conflict.theirs.report.claims.find((claim) => claim.id === edit.id)?.text;
      if (edit.kind === 'text' && text) this.wrote(edit.id, text);
    }
    this.set({ conflict: null });
    this.soon(0);
  };

  /** Signs; everything waiting has to be saved before. */
  readonly send = async (request: ReportEdit): Promise<ReportData> => {
    const etag = this.current?.etag ?? '';
    const data = await updateReport(this.sessionId, request, etag);
    await this.queryClient.cancelQueries({ queryKey: this.key });
    this.queryClient.setQueryData(this.key, data);
    return data;
  };

  private readonly guard = (event: BeforeUnloadEvent): void => { event.preventDefault(); };

  private get key() {
    return reportQuery(this.sessionId).queryKey;
  }

  private get current(): ReportData | undefined {
    return this.queryClient.getQueryData(this.key);
  }

  private step(from: Step[], to: Step[], which: Way): boolean {
    const step = from.pop();
    if (!step) return false;
    to.push({ ...step, at: nextMoment() });
    const edit = step[which];
    const shown = edit.kind === 'text' && this.current?.report.claims.find((claim) => claim.id === edit.id)?.text;
    this.add(edit.kind === 'text' ? { ...edit, base: shown || edit.base } : edit);
    this.flush();
    return true;
  }

  private soon(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { void this.run(); }, delay);
  }

  private async run(): Promise<void> {
    const edit = this.state.waiting[0];
    const before = this.current;
    if (!edit || !before || this.sending || this.state.conflict || this.state.failed) return;
    if (this.changedElsewhere(edit, before)) {
      this.set({ conflict: { mineAt: this.editedAt, theirs: before, shown: false } });
      return;
    }
    this.sending = edit;
    this.set({ saving: true });
    let pause = 0;
    try {
      const after = await this.send(requestOf(edit, before.report));
      if (edit.kind === 'text') this.wrote(edit.id, edit.text);
      if (edit.kind === 'add') this.rememberAdded(edit, before, after);
      this.set({ waiting: this.state.waiting.slice(1), savedAt: new Date(), offlineSince: null });
    } catch (error) {
      pause = await this.refused(error, edit, before);
    } finally {
      this.sending = null;
      this.set({ saving: false });
    }
    if (this.state.waiting.length > 0) this.soon(pause);
  }

  /** How long to wait before it is tried again; what needs the clinician first stops `run` by itself. */
  private async refused(error: unknown, edit: Edit, before: ReportData): Promise<number> {
    if (isApiError(error, 'session_busy')) return AGAIN_MS;
    if (isApiError(error, 'offline')) {
      this.set({ offlineSince: this.state.offlineSince ?? new Date() });
      return AGAIN_MS;
    }
    if (isApiError(error, 'edit_conflict')) {
      try {
        const theirs = await fetchReport(this.sessionId);
        if (onlyTranscriptMoved(edit, before.report, theirs.report)) this.queryClient.setQueryData(this.key, theirs);
        else this.set({ conflict: { mineAt: this.editedAt, theirs, shown: false } });
      } catch (failure) {
        this.set({ failed: failure });
      }
    } else {
      this.set({ failed: error });
    }
    return 0;
  }

  /** The sentence is not what the clinician began with, and not what was written here. */
  private changedElsewhere(edit: Edit, { report }: ReportData): boolean {
    if (edit.kind !== 'text') return false;
    const text = report.claims.find((claim) => claim.id === edit.id)?.text.trim();
    return text !== undefined && text !== edit.base.trim() && !this.written.get(edit.id)?.has(text);
  }

  private wrote(id: string, text: string): void {
    this.written.set(id, (this.written.get(id) ?? new Set<string>()).add(text.trim()));
  }

  private rememberAdded(edit: Edit, before: ReportData, after: ReportData): void {
    const known = new Set(before.report.claims.map((claim) => claim.id));
    const id = after.report.claims.find((claim) => !known.has(claim.id))?.id;
    if (id && edit.kind === 'add') {
      this.remember({ kind: 'claim', id, change: { removed: false } }, { kind: 'claim', id, change: { removed: true } });
    }
  }

  private set(change: Partial<SaverState>): void {
    this.state = { ...this.state, ...change };
    if (change.waiting && this.owner) keepSentences(this.owner, this.sessionId, change.waiting);
    window.removeEventListener('beforeunload', this.guard);
    window.removeEventListener('online', this.flush);
    if (this.state.waiting.length > 0) {
      window.addEventListener('beforeunload', this.guard);
      window.addEventListener('online', this.flush);
    }
    this.listeners.forEach((listener) => { listener(); });
  }
}

/** A correction of the transcript made the new version and left alone what this edit is about. */
function onlyTranscriptMoved(edit: Edit, before: Report, after: Report): boolean {
  const newer = after.versions.filter((version) => version.number > before.version);
  if (!('id' in edit) || newer.length === 0 || newer.some((version) => version.kind !== 'transcript_changed')) return false;
  const about = (report: Report) => [...report.claims, ...report.risk_flags].find((row) => row.id === edit.id);
  return JSON.stringify(about(before)) === JSON.stringify(about(after));
}

const savers = new WeakMap<QueryClient, Map<string, ReportSaver>>();

/** The one saver of a session, the same for all parts of the page. */
export function saverOf(queryClient: QueryClient, sessionId: string): ReportSaver {
  const known = savers.get(queryClient) ?? new Map<string, ReportSaver>();
  savers.set(queryClient, known);
  const saver = known.get(sessionId) ?? new ReportSaver(queryClient, sessionId);
  known.set(sessionId, saver);
  return saver;
}

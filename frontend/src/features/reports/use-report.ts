import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { reportQuery } from './api/report-query';
import { withEdits } from './edits';
import { saverOf, type ReportSaver, type SaverState } from './report-saver';
import type { Report, Session } from './types';

const BUSY: ReadonlySet<Session['status']> = new Set(['uploaded', 'transcribing', 'reporting']);

/** Doubtful words about risk are listened to again right after the draft. */
const READINGS_MS = 120_000;
const READINGS_EVERY_MS = 10_000;

function awaitsReadings(report: Report | undefined): boolean {
  if (!report?.provenance.created_at || !report.risk_flags.some(({ clinician_decision }) => clinician_decision === 'pending')) return false;
  const age = Date.now() - Date.parse(report.provenance.created_at);
  return age >= 0 && age < READINGS_MS;
}

export interface ReportView {
  /** With the edits that are not saved yet; undefined until it is there. */
  report: Report | undefined;
  error: unknown;
  saver: ReportSaver;
  state: SaverState;
  /** A draft that no stage is working on. */
  editable: boolean;
  reload: () => void;
}

/** The report of a session as the clinician sees it; the panel and the header share one. */
export function useReport(session: Session, polling = false): ReportView {
  const queryClient = useQueryClient();
  const saver = saverOf(queryClient, session.id);
  const state = useSyncExternalStore(saver.subscribe, saver.getState);
  const { data, error, refetch } = useQuery({
    ...reportQuery(session.id),
    refetchInterval: polling ? 2_500 : ({ state: { data: known } }) => (awaitsReadings(known?.report) ? READINGS_EVERY_MS : false),
  });

  // A draft that came, or a corrected transcript, changes the report without an edit of it.
  const moment = `${session.status} ${session.status_changed_at} ${session.counts.corrections.toString()}`;
  const seen = useRef(moment);
  useEffect(() => {
    if (seen.current === moment) return;
    seen.current = moment;
    void queryClient.invalidateQueries({ queryKey: reportQuery(session.id).queryKey });
  }, [moment, queryClient, session.id]);

  const stored = data?.report;
  const owner = useCurrentTherapist()?.id;
  useEffect(() => {
    if (owner && stored?.status === 'draft') void saver.keepFor(owner, stored);
  }, [owner, saver, stored]);
  const report = useMemo(
    () => (stored && !state.conflict?.shown ? withEdits(stored, state.waiting) : stored),
    [stored, state.waiting, state.conflict?.shown],
  );
  const editable = report?.status === 'draft' && !polling && !BUSY.has(session.status);
  return { report, error: stored ? null : error, saver, state, editable, reload: () => { void refetch(); } };
}

import { useState } from 'react';

import { useDraftReport } from './api/draft-report';
import type { Redraft } from './report-scope';
import type { Report, Session } from './types';

/** Draft again for one section; what stood there before is kept until the clinician chose. */
export function useRedraft(session: Session, report: Report | undefined) {
  const [asked, setAsked] = useState<Redraft | null>(null);
  const draft = useDraftReport(session.id);

  let redraft = asked;
  if (asked?.phase === 'drafting' && report) {
    if (report.version > asked.version && report.versions.some((one) => one.number > asked.version && one.kind === 'drafted')) {
      redraft = { ...asked, phase: 'compare' };
    } else if (session.status === 'failed' && session.status_changed_at !== asked.since) {
      redraft = { ...asked, phase: 'failed' };
    }
  }
  const start = (section: string) => {
    if (!report) return;
    const before = (report.sections[section] ?? []).flatMap(({ id }) => report.claims.find((claim) => claim.id === id) ?? []);
    const next: Redraft = { section, before, version: report.version, since: session.status_changed_at, phase: 'drafting' };
    setAsked(next);
    draft.mutate([section], { onError: (error) => { setAsked({ ...next, phase: 'failed', error }); } });
  };
  return { redraft, start, end: () => { setAsked(null); } };
}

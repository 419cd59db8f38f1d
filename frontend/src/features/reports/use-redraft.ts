import { useEffect, useRef, useState } from 'react';

import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { useDraftReport } from './api/draft-report';
import { forgetWork, keepWork, keptWork, redraftOf } from './kept-work';
import type { Redraft } from './report-scope';
import type { Report, Session } from './types';

/** Draft again for one section; what stood there before is kept until the clinician chose. */
export function useRedraft(session: Session, report: Report | undefined) {
  const [asked, setAsked] = useState<Redraft | null>(null);
  const draft = useDraftReport(session.id);
  const owner = useCurrentTherapist()?.id;
  const touched = useRef(false);

  // The old text outlives a reload: the new one may have come meanwhile.
  useEffect(() => {
    if (!owner) return;
    void keptWork(owner, redraftOf(session.id)).then((kept) => { if (kept && !touched.current) setAsked(kept as Redraft); });
  }, [owner, session.id]);
  const forget = () => { if (owner) void forgetWork(owner, redraftOf(session.id)); };

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
    touched.current = true;
    setAsked(next);
    if (owner) void keepWork(owner, redraftOf(session.id), next);
    draft.mutate([section], { onError: (error) => { forget(); setAsked({ ...next, phase: 'failed', error }); } });
  };
  return { redraft, start, end: () => { forget(); setAsked(null); } };
}

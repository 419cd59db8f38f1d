import { useState } from 'react';

import { usePlayback } from '../../components/playback/playback';
import { DraftReport } from './draft-report';
import { ReportPending } from './report-pending';
import { ReportScopeProvider, type ReportScope } from './report-scope';
import { SignedReport } from './signed-report';
import { passagesOf, type Session } from './types';
import { useRedraft } from './use-redraft';
import { useReport } from './use-report';

interface Props {
  session: Session;
  /** ReportActions stands in the header of the page, not here. */
  actionsInHeader?: boolean;
}

/** The report of a session: pending, a draft to review, or signed. */
export function ReportPanel({ session, actionsInHeader = false }: Props) {
  const playback = usePlayback();
  const [editing, setEditing] = useState<string | null>(null);
  const [drafting, setDrafting] = useState(false);
  const { report, error, saver, state, editable, reload } = useReport(session, drafting);
  const { redraft, start, end } = useRedraft(session, report);
  if (drafting !== (redraft?.phase === 'drafting')) setDrafting(!drafting);

  if (!report) return <ReportPending session={session} error={error} onRetry={reload} />;

  const choose: ReportScope['choose'] = (id, { play = false } = {}) => {
    const row = [...report.claims, ...report.risk_flags].find((one) => one.id === id);
    if (!row) return;
    const passages = passagesOf(row.evidence);
    if (playback.selection?.id !== id) playback.select({ id, kind: 'category' in row ? 'risk' : 'claim', passages });
    if (play) playback.playPassages(passages);
  };
  const scope: ReportScope = {
    session, report, saver, state, editable, choose, editing, setEditing, redraft,
    active: playback.selection?.id ?? null,
    startRedraft: (section) => { saver.flush(); start(section); },
    endRedraft: end,
  };
  return (
    <ReportScopeProvider value={scope}>
      {report.status === 'finalized' ? <SignedReport actionsInHeader={actionsInHeader} /> : <DraftReport actionsInHeader={actionsInHeader} />}
    </ReportScopeProvider>
  );
}

import { useEffect, useRef, useState } from 'react';

import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { refocus } from './go-to-point';
import { keepWork, keptWork, reasonOf } from './kept-work';
import { useReportScope } from './report-scope';
import type { RiskFlag } from './types';

/** Confirm or dismiss one flag. A dismissal says why; so does a confirmation whose words are gone. */
export function useDecision(flag: RiskFlag) {
  const { t } = useI18n();
  const { saver } = useReportScope();
  const [reason, setReasonText] = useState(flag.rationale);
  const [needed, setNeeded] = useState<string>();
  const [asked, setAsked] = useState<'confirmed' | 'dismissed'>();
  const input = useRef<HTMLInputElement>(null);
  const owner = useCurrentTherapist()?.id;
  const typed = useRef(false);

  // Typed before a reload. It is forgotten once the decision is on the server.
  useEffect(() => {
    if (!owner) return;
    void keptWork(owner, reasonOf(flag.id)).then((kept) => { if (typeof kept === 'string' && !typed.current) setReasonText(kept); });
  }, [owner, flag.id]);

  const decide = (decision: 'confirmed' | 'dismissed') => {
    const rationale = reason.trim();
    const missing = decision === 'dismissed' ? 'reports.reasonNeeded' : flag.evidence_missing ? 'reports.reasonWordsGone' : null;
    if (missing && !rationale) {
      setNeeded(t(missing));
      setAsked(decision);
      input.current?.focus();
      return;
    }
    saver.add(
      { kind: 'flag', id: flag.id, decision, rationale },
      { kind: 'flag', id: flag.id, decision: 'pending', rationale },
    );
    refocus(`[data-folded="${CSS.escape(flag.id)}"]`);
    announce(t(decision === 'confirmed' ? 'reports.flagConfirmed' : 'reports.flagDismissed'));
  };
  const setReason = (text: string) => {
    typed.current = true;
    setReasonText(text);
    if (owner) void keepWork(owner, reasonOf(flag.id), text);
    setNeeded(undefined);
  };
  /** Enter in the reason does what asked for it. */
  const decideAsked = () => { if (asked) decide(asked); };
  return { reason, setReason, input, needed, decide, decideAsked };
}

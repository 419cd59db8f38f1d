import { useRef, useState } from 'react';

import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { refocus } from './go-to-point';
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
    setReasonText(text);
    setNeeded(undefined);
  };
  /** Enter in the reason does what asked for it. */
  const decideAsked = () => { if (asked) decide(asked); };
  return { reason, setReason, input, needed, decide, decideAsked };
}

import { useEffect } from 'react';

import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { useI18n } from '../../i18n/provider';
import { FoldedFlag } from './folded-flag';
import { forgetWork, reasonOf } from './kept-work';
import { NotAssessed } from './not-assessed';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { RiskFlagCard } from './risk-flag-card';
import { SafetyPlan } from './safety-plan';

/** Every flag in the order of the server; a decided one folds in its place. */
export function RiskFlags() {
  const { t } = useI18n();
  const { report, editable } = useReportScope();
  useForgottenReasons();
  const next = report.open_points[0];
  return (
    <section className={classes.flags} aria-label={t('reports.risks')}>
      {report.risk_flags.map((flag) => (
        <div key={flag.id} className={classes.flagPlace}>
          {flag.clinician_decision === 'pending' && editable
            ? <RiskFlagCard flag={flag} first={next?.id === flag.id} />
            : <FoldedFlag flag={flag} />}
          {flag.safety_plan_suggested && flag.clinician_decision !== 'dismissed' && <SafetyPlan />}
        </div>
      ))}
      {report.risk_flags.length === 0 && report.risk_screened && <p className={classes.quiet}>{t('reports.noFlags')}</p>}
      <NotAssessed />
    </section>
  );
}

/** A reason that is on the server needs no place in the browser. */
function useForgottenReasons(): void {
  const { report, state } = useReportScope();
  const owner = useCurrentTherapist()?.id;
  const decided = state.waiting.length > 0 ? '' : report.risk_flags.filter((flag) => flag.clinician_decision !== 'pending').map(({ id }) => id).join(' ');
  useEffect(() => {
    if (!owner || !decided) return;
    for (const id of decided.split(' ')) void forgetWork(owner, reasonOf(id));
  }, [owner, decided]);
}

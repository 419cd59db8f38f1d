import { useI18n } from '../../i18n/provider';
import { FoldedFlag } from './folded-flag';
import { NotAssessed } from './not-assessed';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import { RiskFlagCard } from './risk-flag-card';
import { SafetyPlan } from './safety-plan';

/** Every flag in the order of the server; a decided one folds in its place. */
export function RiskFlags() {
  const { t } = useI18n();
  const { report, editable } = useReportScope();
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

import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** Of what nothing was said: neither there nor denied. */
export function NotAssessed() {
  const { t, tx, format } = useI18n();
  const { report } = useReportScope();
  if (report.not_assessed.length === 0) return null;
  const names = report.not_assessed.map((category) => t(`reports.category.${category}`).toLocaleLowerCase(format.locale));
  const key = report.risk_screened ? 'reports.notAssessed' : 'reports.notScreened';
  return (
    <p className={classes.quiet}>{tx(key, { label: <em>{t('reports.notAssessedLabel')}</em>, names: format.list(names) })}</p>
  );
}

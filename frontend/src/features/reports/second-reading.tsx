import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { RiskFlag } from './types';

/** What was heard when doubtful words were decoded again; nothing where the words were sure. */
export function SecondReading({ reading }: { reading: RiskFlag['evidence'][number]['second_reading'] }) {
  const { t, tx } = useI18n();
  const { session } = useReportScope();
  if (!reading) return null;
  if (reading.same) return <p className={classes.meta}>{t('reports.secondSame')}</p>;
  if (!reading.text) return <p className={classes.warn}>{t('reports.secondNothing')}</p>;
  const words = <q className={classes.secondWords} lang={session.language || undefined} dir="auto">{t('reports.quote', { words: reading.text })}</q>;
  return <p className={classes.second}>{tx('reports.secondOther', { words })}</p>;
}

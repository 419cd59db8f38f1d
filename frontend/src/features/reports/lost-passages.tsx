import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { Claim } from './types';

/** The words that a correction of the transcript took away from a claim: the link is told, not dropped. */
export function LostPassages({ claim }: { claim: Claim }) {
  const { t } = useI18n();
  const { session } = useReportScope();
  if (claim.lost_evidence.length === 0) return null;
  return (
    <p className={classes.question}>
      <span>{t('reports.lostPassages', { count: claim.lost_evidence.length })}</span>
      {claim.lost_evidence.map(({ segment, quote }) => (
        <q key={`${segment} ${quote}`} className={classes.lost} lang={session.language || undefined} dir="auto">{t('reports.quote', { words: quote })}</q>
      ))}
    </p>
  );
}

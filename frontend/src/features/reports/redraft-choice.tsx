import { Button } from '@mantine/core';

import { ErrorPanel } from '../../components/error-panel';
import { useI18n } from '../../i18n/provider';
import { useReportScope, type Redraft } from './report-scope';
import classes from './report.module.css';
import type { Claim } from './types';

/** The section before and after Draft again, side by side, to keep one of them. */
export function RedraftChoice({ redraft, now }: { redraft: Redraft; now: Claim[] }) {
  const { t } = useI18n();
  const { saver, endRedraft, startRedraft, session } = useReportScope();
  if (redraft.phase === 'failed') {
    return (
      <div className={classes.compare}>
        <ErrorPanel error={redraft.error ?? session.error} title={t('reports.failed')} onRetry={() => { startRedraft(redraft.section); }} />
        <Button variant="subtle" color="gray" onClick={endRedraft}>{t('components.close')}</Button>
      </div>
    );
  }
  const present = new Set(now.map((claim) => claim.id));
  const before = new Set(redraft.before.map((claim) => claim.id));
  const gone = redraft.before.filter((claim) => !present.has(claim.id));
  const kept = redraft.before.length - gone.length;
  const added = now.filter((claim) => !before.has(claim.id));
  // Without evidence it would come back as if the clinician had written it.
  const back = gone.filter((claim) => claim.evidence.length > 0);
  const bringBack = () => {
    saver.add({ kind: 'restore', remove: added.map((claim) => claim.id), claims: back });
    endRedraft();
  };
  return (
    <div className={classes.compare} role="group" aria-label={t('reports.compare')}>
      <div className={classes.sides}>
        <Side title={t('reports.before')} claims={redraft.before} empty={t('reports.sectionEmpty')} />
        <Side title={t('reports.after')} claims={now} empty={t('reports.sectionEmpty')} />
      </div>
      {kept > 0 && <p className={classes.meta}>{t('reports.keptYours', { count: kept })}</p>}
      {back.length < gone.length && <p className={classes.meta}>{t('reports.notBack', { count: gone.length - back.length })}</p>}
      <div className={classes.decideButtons}>
        <Button onClick={bringBack}>{t('reports.keepOld')}</Button>
        <Button onClick={endRedraft}>{t('reports.keepNew')}</Button>
      </div>
    </div>
  );
}

function Side({ title, claims, empty }: { title: string; claims: Claim[]; empty: string }) {
  return (
    <div>
      <h4>{title}</h4>
      {claims.length === 0 ? <p className={classes.meta}>{empty}</p> : <ul>{claims.map((claim) => <li key={claim.id} dir="auto">{claim.text}</li>)}</ul>}
    </div>
  );
}

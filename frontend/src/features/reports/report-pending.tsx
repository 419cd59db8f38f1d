import { Button } from '@mantine/core';

import { isApiError } from '../../api/errors';
import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import { useDraftReport } from './api/draft-report';
import { useRetryStage } from './api/retry-stage';
import classes from './report.module.css';
import type { Session } from './types';

interface Props {
  session: Session;
  error: unknown;
  onRetry: () => void;
}

/** In place of a report that is not there yet, or did not load. */
export function ReportPending({ session, error, onRetry }: Props) {
  const { t } = useI18n();
  return (
    <section className={classes.panel} aria-label={t('reports.title')} data-region="report" tabIndex={-1}>
      <div className={classes.bar}><h2 className={classes.barTitle}>{t('reports.title')}</h2></div>
      <div className={classes.body}><Pending session={session} error={error} onRetry={onRetry} /></div>
    </section>
  );
}

function Pending({ session, error, onRetry }: Props) {
  const { t, has } = useI18n();
  const draft = useDraftReport(session.id);
  const retry = useRetryStage(session.id);
  if (!error) return <SkeletonRows rows={8} height={48} />;
  const typed = session.status === 'created' && session.counts.segments > 0;
  if (!isApiError(error, 'not_found')) return <ErrorPanel error={error} onRetry={onRetry} title={t('reports.loadFailed')} />;
  const write = (
    <Button variant="filled" loading={draft.isPending} onClick={() => { draft.mutate(undefined); }}>{t('reports.draft')}</Button>
  );
  const refused = draft.error ?? retry.error;
  return (
    <>
      {session.status === 'reporting' && (
        <>
          <p role="status" className={classes.quiet}>{t('reports.drafting')}</p>
          <SkeletonRows rows={8} height={48} />
        </>
      )}
      {(session.status === 'transcribed' || typed) && <EmptyState icon="document" action={write}>{t('reports.none')}</EmptyState>}
      {session.status === 'report_ready' && <ErrorPanel error={error} onRetry={onRetry} title={t('reports.loadFailed')} />}
      {session.status === 'failed' && session.error?.stage === 'report' && (
        <EmptyState
          icon="warning"
          action={session.error.retryable
            ? <Button loading={retry.isPending} onClick={() => { retry.mutate(); }}>{t('components.tryAgain')}</Button>
            : write}
        >
          {t('reports.failed')} {has(`errors.${session.error.code}`) && t(`errors.${session.error.code}` as 'errors.cancelled')}
        </EmptyState>
      )}
      {(['created', 'uploaded', 'transcribing'].includes(session.status) && !typed || (session.status === 'failed' && session.error?.stage !== 'report')) && (
        <EmptyState icon="document">{t('reports.later')}</EmptyState>
      )}
      {refused && <ErrorPanel error={refused} />}
    </>
  );
}

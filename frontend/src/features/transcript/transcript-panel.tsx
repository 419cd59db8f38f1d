import { useQuery } from '@tanstack/react-query';

import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { useI18n } from '../../i18n/provider';
import { transcriptQuery } from './api/transcript-query';
import { LoadingRows } from './loading-rows';
import classes from './transcript.module.css';
import { TranscriptView } from './transcript-view';
import type { Session } from './types';

/** What was said in a session: to read, hear and correct. */
export function TranscriptPanel({ session }: { session: Session }) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(transcriptQuery(session.id));
  if (data && data.segments.length + data.coverage.gaps.length > 0) return <TranscriptView session={session} transcript={data} />;
  return (
    <section className={classes.panel} aria-label={t('transcript.title')} aria-busy={!data && !error} data-region="transcript">
      <div className={classes.head}><h2>{t('transcript.title')}</h2></div>
      {data && <EmptyState icon="document">{t('transcript.empty')}</EmptyState>}
      {!data && error && <div className={classes.state}><ErrorPanel title={t('transcript.loadFailed')} error={error} onRetry={() => { void refetch(); }} /></div>}
      {!data && !error && <LoadingRows />}
    </section>
  );
}

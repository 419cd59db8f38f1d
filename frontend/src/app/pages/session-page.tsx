import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';

import { isApiError } from '../../api/errors';
import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { PageHeader } from '../../components/page-header';
import { PlaybackProvider } from '../../components/playback/playback';
import { useDocumentTitle } from '../../components/use-document-title';
import { paths } from '../../config/paths';
import { sessionQuery } from '../../features/sessions/api/session-query';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';
import { SessionPageSkeleton } from '../session/session-page-skeleton';
import { SessionView } from '../session/session-view';

export function SessionPage() {
  const { sessionId } = useParams({ from: '/inside/sessions/$sessionId' });
  // The sound and the place in it belong to one session.
  return <OneSession key={sessionId} sessionId={sessionId} />;
}

function OneSession({ sessionId }: { sessionId: string }) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(sessionQuery(sessionId));
  if (data) return <PlaybackProvider><SessionView session={data} /></PlaybackProvider>;
  if (!error) return <SessionPageSkeleton />;
  if (isApiError(error, 'not_found')) {
    return (
      <>
        <Untitled />
        <PageHeader title={t('sessions.untitled')} />
        <EmptyState action={<Link to={paths.patients}>{t('patients.toPatients')}</Link>}>{t('sessions.gone')}</EmptyState>
      </>
    );
  }
  return (
    <>
      <Untitled />
      <PageHeader title={t('sessions.untitled')} />
      <div className={classes.page}><ErrorPanel error={error} title={t('sessions.loadFailed')} onRetry={() => { void refetch(); }} /></div>
    </>
  );
}

function Untitled() {
  const { t } = useI18n();
  useDocumentTitle(t('app.session'));
  return null;
}

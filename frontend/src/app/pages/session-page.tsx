import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';

import { isApiError } from '../../api/errors';
import { ErrorPanel } from '../../components/error-panel';
import { PlaybackProvider } from '../../components/playback/playback';
import { useDocumentTitle } from '../../components/use-document-title';
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
  return (
    <div className={classes.page}>
      <Untitled />
      <h1>{t('sessions.untitled')}</h1>
      <ErrorPanel error={error} title={isApiError(error, 'not_found') ? undefined : t('sessions.loadFailed')} onRetry={() => { void refetch(); }} />
    </div>
  );
}

function Untitled() {
  const { t } = useI18n();
  useDocumentTitle(t('app.session'));
  return null;
}

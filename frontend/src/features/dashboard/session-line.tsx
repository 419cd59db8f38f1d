import { SessionTime } from '../../components/session-time';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { DashboardSession } from './api/get-dashboard';

/** Which session: its title, day and, where it is known, the time. */
export function SessionLine({ session }: { session: DashboardSession }) {
  const { t, tx } = useI18n();
  const date = <SessionDate session={session} />;
  return <>{tx('dashboard.sessionOf', { title: <bdi>{session.title || t('dashboard.session')}</bdi>, date })}</>;
}

function SessionDate({ session }: { session: DashboardSession }) {
  return (
    <span>
      <Time value={session.session_date} kind="shortDate" />
      {', '}<SessionTime session={session} />
    </span>
  );
}

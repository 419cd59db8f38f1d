import type { ReactNode } from 'react';

import { ErrorPanel } from '../../components/error-panel';
import { useI18n } from '../../i18n/provider';
import type { Dashboard as DashboardData } from './api/get-dashboard';
import classes from './dashboard.module.css';
import { InWork } from './in-work';
import { Queue } from './queue';
import { TodaysSessions } from './todays-sessions';
import { useAnnouncedChanges } from './use-announced-changes';

interface Props {
  dashboard: DashboardData;
  /** When it was fetched. */
  updatedAt: number;
  /** Of the newest try to fetch it again. */
  error: unknown;
  onRetry: () => void;
  /** Takes the place of the empty queue on a first visit. */
  start?: ReactNode;
}

export function Dashboard({ dashboard, updatedAt, error, onRetry, start }: Props) {
  const { t, format } = useI18n();
  useAnnouncedChanges(dashboard);
  return (
    <>
      {error !== null && <ErrorPanel error={error} onRetry={onRetry} title={t('dashboard.stale', { time: format.time(new Date(updatedAt)) })} />}
      <div className={classes.columns}>
        <Queue queue={dashboard.queue} start={start} />
        <div className={classes.column}>
          <InWork inWork={dashboard.in_work} />
          <TodaysSessions today={dashboard.today} now={updatedAt} />
        </div>
      </div>
    </>
  );
}

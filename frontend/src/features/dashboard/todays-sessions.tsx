import { Button } from '@mantine/core';
import { useRovingIndex } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';

import { Card } from '../../components/card';
import { SessionTime } from '../../components/session-time';
import { Time } from '../../components/time';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { Dashboard, DashboardSession } from './api/get-dashboard';
import classes from './dashboard.module.css';

/** By their time; the next one is tinted. */
export function TodaysSessions({ today, now }: { today: Dashboard['today']; now: number }) {
  const { t } = useI18n();
  const words = useSessionWords();
  const asksConsent = (session: DashboardSession) => session.status === 'created' && !session.has_transcript && session.missing_consents.length > 0;
  // Each row is its name; where consent is missing, the button after it.
  const stops = today.results.flatMap((session) => (asksConsent(session) ? [session.id, `${session.id}/consent`] : [session.id]));
  const { getItemProps } = useRovingIndex({ total: stops.length, orientation: 'vertical', loop: false });
  const next = today.results.find(({ started_at: start }) => start !== null && new Date(start).getTime() > now);
  const rest = today.count - today.results.length;
  return (
    <Card title={t('dashboard.today')}>
      {today.results.length === 0 ? <p className={classes.rest}>{t('dashboard.noneToday')}</p> : (
        <ul className={classes.today}>
          {today.results.map((session) => (
            <li key={session.id} className={classes.appointment} data-next={session === next || undefined}>
              <span className={classes.at}>{session.started_at === null ? t('dashboard.noTime') : <Time value={session.started_at} kind="time" />}</span>
              <div className={classes.who}>
                <p className={classes.name}>
                  <Link {...getItemProps({ index: stops.indexOf(session.id) })} className={classes.link} to={paths.session} params={{ sessionId: session.id }}><bdi>{session.patient_name}</bdi></Link>
                </p>
                <p className={classes.meta}>{session === next && <>{t('dashboard.next')} · </>}<bdi>{words(session)}</bdi>{session.started_at === null && <> · <SessionTime session={session} /></>}</p>
              </div>
              {asksConsent(session) && (
                <Button
                  {...getItemProps({ index: stops.indexOf(`${session.id}/consent`) })}
                  aria-label={`${t('dashboard.addConsent')}: ${session.patient_name}`}
                  renderRoot={(props) => <Link {...props} to={paths.patient} params={{ patientId: session.patient }} />}
                >
                  {t('dashboard.addConsent')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && <p className={classes.rest}>{t('dashboard.moreToday', { count: rest })}</p>}
    </Card>
  );
}

function useSessionWords() {
  const { t } = useI18n();
  return (session: DashboardSession): string => {
    const state = session.status === 'report_ready' ? (session.report_status === 'finalized' ? 'signed' : 'draft')
      : session.status === 'created' && session.has_transcript ? 'words' : session.status;
    return [
      session.title || t('dashboard.session'),
      ...(session.modality === 'video' ? [t('dashboard.byVideo')] : session.modality === 'phone' ? [t('dashboard.byPhone')] : []),
      t(state === 'created' && session.missing_consents.length > 0 ? 'dashboard.needsConsent' : `dashboard.status.${state}`),
    ].join(' · ');
  };
}

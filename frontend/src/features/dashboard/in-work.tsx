import { Progress } from '@mantine/core';
import { useRovingIndex } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';

import { Card } from '../../components/card';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { Dashboard, DashboardSession } from './api/get-dashboard';
import classes from './dashboard.module.css';

export function InWork({ inWork }: { inWork: Dashboard['in_work'] }) {
  const { t } = useI18n();
  const words = useProgressWords();
  const { getItemProps } = useRovingIndex({ total: inWork.results.length, orientation: 'vertical', loop: false });
  const rest = inWork.count - inWork.results.length;
  return (
    <Card title={t('dashboard.inWork')} count={inWork.count}>
      {inWork.results.length === 0 ? <p className={classes.rest}>{t('dashboard.noneInWork')}</p> : (
        <ul className={classes.working}>
          {inWork.results.map((session, index) => (
            <li key={session.id}>
              <div className={classes.workHead}>
                <Link {...getItemProps({ index })} className={classes.link} to={paths.session} params={{ sessionId: session.id }}><bdi>{session.patient_name}</bdi></Link>
                <span className={classes.meta}>{words(session)}</span>
              </div>
              <Progress.Root size={6} radius="xs" className={classes.bar}>
                <Progress.Section value={session.progress?.percent ?? 0} aria-label={t('dashboard.progressOf', { name: session.patient_name })} aria-valuetext={words(session)} />
              </Progress.Root>
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && <p className={classes.rest}>{t('dashboard.moreInWork', { count: rest })}</p>}
    </Card>
  );
}

/** "Transcribing, about 4 min left"; without an estimate the percentage. */
function useProgressWords() {
  const { t, format } = useI18n();
  return ({ status, progress }: DashboardSession): string => {
    if (status === 'uploaded' || status === 'transcribed') return t(`dashboard.wait.${status}`);
    const stage = t(`dashboard.stage.${progress?.stage ?? 'transcription'}`);
    if (!progress) return stage;
    return progress.eta_seconds === null
      ? t('dashboard.percent', { stage, percent: format.percent(progress.percent / 100) })
      : t('dashboard.left', { stage, time: format.duration(progress.eta_seconds) });
  };
}

import { Progress } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import classes from './stages.module.css';

type Session = components['schemas']['Session'];
type Standing = 'done' | 'now' | 'waiting';

/** The stages with percent and time left. */
export function StagesCard({ session }: { session: Session }) {
  const { t, tx, format } = useI18n();
  const { status, progress, recording } = session;
  const eta = progress?.eta_seconds ?? null;
  const drafting = status === 'transcribed' || status === 'reporting';
  const running = status === 'transcribing' || status === 'reporting';
  const about = (seconds: number) => t('sessions.timeLeft', { duration: format.duration(seconds) });
  const spoken = t(`sessions.said.${status}`);
  useEffect(() => { announce(spoken); }, [spoken]);
  const facts = running && progress
    ? [format.percent(progress.percent / 100), eta === null ? '' : about(eta)].filter(Boolean).join(format.locale.startsWith('ar') ? '، ' : ', ')
    : t('sessions.waits');
  const percent = running ? progress?.percent ?? 0 : 0;
  return (
    <Card title={t(drafting ? 'sessions.draftSoon' : 'sessions.working')} actions={<span className={classes.fact}>{tx('sessions.startedAt', { time: <Time value={session.status_changed_at} kind="time" /> })}</span>}>
      <ol className={classes.stages}>
        {recording && (
          <Stage standing="done" name={t('sessions.stored')} fact={<><Time value={recording.created_at} kind="time" />{' · '}{format.bytes(recording.size_bytes)}</>} />
        )}
        <Stage standing={drafting ? 'done' : 'now'} name={t('sessions.transcribing')} fact={drafting ? '' : facts} percent={drafting ? undefined : percent} label={t('sessions.transcribing')} />
        <Stage
          standing={drafting ? 'now' : 'waiting'}
          name={t('sessions.drafting')}
          fact={drafting ? facts : ''}
          percent={drafting ? percent : undefined}
          label={t('sessions.drafting')}
        />
      </ol>
      <p className={classes.leave}>{t('sessions.canLeave')}</p>
    </Card>
  );
}

interface StageProps {
  standing: Standing;
  name: string;
  fact: ReactNode;
  percent?: number;
  label?: string;
}

function Stage({ standing, name, fact, percent, label }: StageProps) {
  const { t } = useI18n();
  return (
    <li className={classes.stage} data-standing={standing} aria-current={standing === 'now' ? 'step' : undefined}>
      {standing === 'done' ? <Icon name="done" size={20} /> : <span className={classes.ring} aria-hidden="true" />}
      <span className={classes.name}>{name}<span className={classes.hidden}>{' · '}{t(`sessions.standing.${standing}`)}</span></span>
      <span className={classes.fact}>{fact}</span>
      {percent !== undefined && <Progress className={classes.bar} value={percent} aria-label={label} transitionDuration={0} />}
    </li>
  );
}

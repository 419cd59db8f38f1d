import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import type { components } from '../../api/schema';
import { Icon } from '../../components/icon';
import { SessionTime } from '../../components/session-time';
import { Time } from '../../components/time';
import { paths } from '../../config/paths';
import { hasTranscript } from '../../features/sessions/session-state';
import { SessionTag } from '../../features/sessions/session-tag';
import { useI18n } from '../../i18n/provider';
import classes from './top-bar.module.css';

interface Props {
  session: components['schemas']['Session'];
  signed: boolean;
  now?: 'recording' | 'uploading';
  /** What is saved, and what can be done, at the end of the bar. */
  children: ReactNode;
}

/** Patient, title, date, length and state: at the same place in every state. */
export function TopBar({ session, signed, now, children }: Props) {
  const { t, format } = useI18n();
  const { recording } = session;
  return (
    <header className={classes.bar} data-region="top-bar">
      <Link to={paths.patient} params={{ patientId: session.patient }} className={classes.back} aria-label={t('sessions.toPatient', { name: session.patient_name })}>
        <Icon name="chevron" size={20} />
      </Link>
      <h1 className={classes.title}>
        <Link to={paths.patient} params={{ patientId: session.patient }} className={classes.patient}><bdi>{session.patient_name}</bdi></Link>
        <Icon name="chevron" size={14} />
        <span className={classes.facts}>
          <bdi>{session.title || t('sessions.untitled')}</bdi>
          {' · '}<Time value={session.session_date} kind="date" />
          {', '}<SessionTime session={session} />
          {recording?.duration_ms != null && <>{' · '}{format.duration(recording.duration_ms / 1000)}</>}
        </span>
        <SessionTag status={session.status} words={hasTranscript(session)} errorCode={session.error?.code} signed={signed} now={now} />
      </h1>
      <div className={classes.actions}>{children}</div>
    </header>
  );
}

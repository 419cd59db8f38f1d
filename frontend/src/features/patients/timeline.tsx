import { Button } from '@mantine/core';
import { useRovingIndex } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';

import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import type { IconName } from '../../components/icon';
import { StateTag, type Tone } from '../../components/state-tag';
import { Time } from '../../components/time';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import { SESSIONS_PAGE_SIZE, type PatientSession, type SessionPage } from './api/list-patient-sessions';
import classes from './timeline.module.css';

/** How far the note of a session is; null where it is not known. */
export interface NoteState {
  state: 'draft' | 'signed' | null;
  risks: number;
}

interface Props {
  sessions: SessionPage;
  page: number;
  onPage: (page: number) => void;
  noteState: (session: PatientSession) => NoteState;
}

type TagState = Exclude<PatientSession['status'], 'report_ready'> | 'words' | 'draft' | 'signed' | 'note';

const TAGS: Record<TagState, { icon: IconName; tone: Tone }> = {
  created: { icon: 'mic', tone: 'neutral' },
  words: { icon: 'document', tone: 'neutral' },
  uploaded: { icon: 'clock', tone: 'info' },
  transcribing: { icon: 'clock', tone: 'info' },
  transcribed: { icon: 'clock', tone: 'info' },
  reporting: { icon: 'clock', tone: 'info' },
  failed: { icon: 'warning', tone: 'warn' },
  draft: { icon: 'document', tone: 'primary' },
  signed: { icon: 'lock', tone: 'neutral' },
  note: { icon: 'document', tone: 'neutral' },
};

/** The sessions, newest first; what is open says so in its place. One tab stop, arrows inside. */
export function Timeline({ sessions, page, onPage, noteState }: Props) {
  const { t } = useI18n();
  const rows = sessions.results;
  const needs = (session: PatientSession) => session.status === 'failed' || noteState(session).state === 'draft';
  const firstOpen = rows.find(needs);
  // Each row is its title; where something is open, the button after it.
  const stops = rows.flatMap((session) => (needs(session) ? [`${session.id}/title`, `${session.id}/button`] : [`${session.id}/title`]));
  const { getItemProps } = useRovingIndex({ total: stops.length, orientation: 'vertical', loop: false });
  const pages = Math.max(1, Math.ceil(sessions.count / SESSIONS_PAGE_SIZE));

  return (
    <Card title={t('patients.sessions')} count={sessions.count}>
      {rows.length === 0 ? <EmptyState icon="wave">{t('patients.noSessions')}</EmptyState> : (
        <ol className={classes.list}>
          {rows.map((session, index) => {
            const number = sessions.count - (page - 1) * SESSIONS_PAGE_SIZE - index;
            return (
              <li key={session.id} className={classes.row} data-open={needs(session) || undefined}>
                <div className={classes.when}>
                  <Time value={session.session_date} kind="shortDate" />
                  <span className={classes.small}>{t('patients.session', { number })}{session.started_at !== null && <> · <Time value={session.started_at} kind="time" /></>}</span>
                </div>
                <span className={classes.dot} aria-hidden="true" />
                <div className={classes.body}>
                  <div className={classes.head}>
                    <Link {...getItemProps({ index: stops.indexOf(`${session.id}/title`) })} className={classes.title} to={paths.session} params={{ sessionId: session.id }}>
                      <bdi>{session.title || t('patients.untitled', { number })}</bdi>
                    </Link>
                    <Tags session={session} note={noteState(session)} />
                  </div>
                  <SessionFacts session={session} />
                </div>
                {needs(session) && (
                  <Button
                    {...getItemProps({ index: stops.indexOf(`${session.id}/button`) })} variant={session === firstOpen ? 'filled' : 'default'} className={classes.action}
                    aria-label={`${t(session.status === 'failed' ? 'patients.open' : 'patients.review')}: ${t('patients.session', { number })}`}
                    renderRoot={(props) => <Link {...props} to={paths.session} params={{ sessionId: session.id }} />}
                  >
                    {t(session.status === 'failed' ? 'patients.open' : 'patients.review')}
                  </Button>
                )}
              </li>
            );
          })}
        </ol>
      )}
      {pages > 1 && (
        <nav className={classes.pages} aria-label={t('patients.pages')}>
          {page > 1 && <Button onClick={() => { onPage(page - 1); }}>{t('patients.previous')}</Button>}
          {page < pages && <Button onClick={() => { onPage(page + 1); }}>{t('patients.next')}</Button>}
        </nav>
      )}
    </Card>
  );
}

function Tags({ session, note }: { session: PatientSession; note: NoteState }) {
  const { t } = useI18n();
  const state: TagState = session.status === 'report_ready' ? (note.state ?? 'note')
    : session.status === 'created' && session.has_transcript ? 'words' : session.status;
  return (
    <>
      {note.risks > 0 && <StateTag icon="flag" tone="risk">{t('patients.openRisks', { count: note.risks })}</StateTag>}
      <StateTag {...TAGS[state]}>{t(`patients.tag.${state}`)}</StateTag>
    </>
  );
}

function SessionFacts({ session }: { session: PatientSession }) {
  const { t, has, format } = useI18n();
  const error = `errors.${session.error?.code ?? ''}`;
  const length = session.recording?.duration_ms;
  const facts = [
    ...(length ? [t('patients.recorded', { length: format.duration(length / 1000) })] : []),
    ...(session.modality === 'video' ? [t('patients.video')] : session.modality === 'phone' ? [t('patients.phoneCall')] : session.modality === 'in_person' ? [t('patients.inPerson')] : []),
  ];
  return (
    <>
      {session.status === 'failed' && has(error) && <p className={classes.facts}>{t(error)}</p>}
      {facts.length > 0 && <p className={classes.facts}>{facts.join(' · ')}</p>}
    </>
  );
}

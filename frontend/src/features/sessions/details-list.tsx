import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { languageName } from './choices';
import classes from './details.module.css';

/** The details of a signed session: read only. */
export function DetailsList({ session }: { session: components['schemas']['Session'] }) {
  const { t, format } = useI18n();
  const rows = [
    [t('sessions.title'), session.title],
    [t('sessions.date'), <Time key="date" value={session.session_date} kind="date" />],
    [t('sessions.started'), session.started_at && <Time key="start" value={session.started_at} kind="time" />],
    [t('sessions.ended'), session.ended_at && <Time key="end" value={session.ended_at} kind="time" />],
    [t('sessions.modality'), session.modality && t(`sessions.modality.${session.modality}`)],
    [t('sessions.place'), session.place],
    [t('sessions.language'), session.language && languageName(format.locale, session.language)],
    [t('sessions.present'), session.participants],
    [t('sessions.diagnosis'), session.diagnosis],
  ] as const;
  return (
    <Card title={t('sessions.details')}>
      <dl className={classes.list}>
        {rows.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}
      </dl>
    </Card>
  );
}

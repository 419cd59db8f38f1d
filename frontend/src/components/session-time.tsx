import { useI18n } from '../i18n/provider';
import { Time } from './time';

interface Props {
  session: { session_date: string; started_at: string | null; created_at: string };
}

/** What tells sessions of one day apart: when it began, or when it was added where nobody said that. */
export function SessionTime({ session: { session_date: day, started_at: started, created_at: created } }: Props) {
  const { tx, format } = useI18n();
  if (started !== null) return <Time value={started} kind="time" />;
  const sameDay = format.date(created) === format.date(day);
  return <>{tx('components.addedAt', { time: <Time value={created} kind={sameDay ? 'time' : 'dateTime'} /> })}</>;
}

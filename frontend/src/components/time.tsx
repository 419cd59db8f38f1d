import { useEffect, useState } from 'react';

import { useI18n } from '../i18n/provider';

interface Props {
  value: string;
  kind?: 'time' | 'date' | 'dateTime' | 'shortDate';
}

/** A moment, in the time zone of the therapist. */
export function Time({ value, kind = 'dateTime' }: Props) {
  const { format } = useI18n();
  return <time dateTime={value}>{format[kind](value)}</time>;
}

/** "3 minutes ago", with the exact time as the title; goes on by itself. */
export function RelativeTime({ value }: { value: string }) {
  const { format } = useI18n();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => { setNow(new Date()); }, 30_000);
    return () => { clearInterval(timer); };
  }, []);
  return <time dateTime={value} title={format.dateTime(value)}>{format.relative(value, now)}</time>;
}

/** A place in a recording, such as 17:51. */
export function Clock({ ms }: { ms: number }) {
  const { format } = useI18n();
  return <bdi>{format.clock(ms)}</bdi>;
}

/** Dates, numbers and durations for one locale and time zone. */
export interface Formatter {
  locale: string;
  timeZone: string;
  number: (value: number) => string;
  percent: (fraction: number) => string;
  bytes: (bytes: number) => string;
  /** 24 Nov 2026 */
  date: (value: string | Date) => string;
  /** Tuesday, 24 November */
  longDate: (value: string | Date) => string;
  /** Mon 23 Nov */
  shortDate: (value: string | Date) => string;
  /** 09:31 */
  time: (value: string | Date) => string;
  /** 24 Nov 2026, 09:31 */
  dateTime: (value: string | Date) => string;
  /** 3 minutes ago, tomorrow */
  relative: (value: string | Date, now?: Date) => string;
  /** 44 s, 47 min, 1 h 5 min */
  duration: (seconds: number) => string;
  /** 17:51 or 1:02:09, to be put into <bdi> */
  clock: (milliseconds: number) => string;
  list: (items: string[]) => string;
}

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3_600], ['minute', 60],
];

export function browserTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function zoneOrDefault(timeZone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZone ?? browserTimeZone() }).resolvedOptions().timeZone;
  } catch {
    return browserTimeZone();
  }
}

const SYMBOLS = { hour: 'h', minute: 'min', second: 's' };

/** The symbols in English, where Intl has "44 secs" in one country and "44s" in another; elsewhere the words. */
function lengths(locale: string, numbers: Intl.NumberFormat): (unit: keyof typeof SYMBOLS, value: number) => string {
  if (locale.startsWith('en')) return (unit, value) => `${numbers.format(value)}\u00a0${SYMBOLS[unit]}`;
  return (unit, value) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

export function makeFormatter(locale: string, wantedZone?: string): Formatter {
  const timeZone = zoneOrDefault(wantedZone);
  const dateFormat = (options: Intl.DateTimeFormatOptions) => {
    const zoned = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    const plain = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    // A calendar day has no time zone; shifting it would show the day before.
    return (value: string | Date) =>
      typeof value === 'string' && DATE_ONLY.test(value) ? plain.format(new Date(value)) : zoned.format(new Date(value));
  };
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const unit = (name: string, digits = 0) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits });
  const length = lengths(locale, numbers);
  const [kilobyte, megabyte, gigabyte] = [unit('kilobyte'), unit('megabyte', 1), unit('gigabyte', 1)];
  const relatives = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false });
  const one = new Intl.NumberFormat(locale, { useGrouping: false });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    locale,
    timeZone,
    number: (value) => numbers.format(value),
    percent: (fraction) => percents.format(fraction),
    bytes: (bytes) =>
      bytes < 1e6 ? kilobyte.format(bytes / 1e3) : bytes < 1e9 ? megabyte.format(bytes / 1e6) : gigabyte.format(bytes / 1e9),
    date: dateFormat({ day: 'numeric', month: 'short', year: 'numeric' }),
    longDate: dateFormat({ weekday: 'long', day: 'numeric', month: 'long' }),
    shortDate: dateFormat({ weekday: 'short', day: 'numeric', month: 'short' }),
    time: dateFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    dateTime: dateFormat({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    relative: (value, now = new Date()) => {
      const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
      for (const [name, length] of STEPS) {
        if (Math.abs(seconds) >= length) return relatives.format(Math.round(seconds / length), name);
      }
      return relatives.format(0, 'second');
    },
    duration: (seconds) => {
      const whole = Math.max(0, Math.round(seconds));
      if (whole < 60) return length('second', whole);
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) return length('minute', minutes);
      const rest = minutes % 60;
      return length('hour', Math.floor(minutes / 60)) + (rest ? ` ${length('minute', rest)}` : '');
    },
    clock: (milliseconds) => {
      const seconds = Math.max(0, Math.floor(milliseconds / 1000));
      const hours = Math.floor(seconds / 3600);
      const minutes = Math.floor(seconds / 60) % 60;
      const tail = two.format(seconds % 60);
      return hours ? `${one.format(hours)}:${two.format(minutes)}:${tail}` : `${two.format(minutes)}:${tail}`;
    },
    list: (items) => lists.format(items),
  };
}

/** A clock time of a day in a time zone, to and from the moments that the API speaks of. */

function offsetMs(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - Math.floor(moment / 1000) * 1000;
}

/** '2026-11-24' and '09:30' in Europe/London: 2026-11-24T09:30:00.000Z. */
export function momentOf(date: string, clock: string, timeZone: string): string {
  const asUtc = Date.parse(`${date}T${clock}:00Z`);
  const first = asUtc - offsetMs(asUtc, timeZone);
  // Once more, for days on which the clocks change.
  return new Date(asUtc - offsetMs(first, timeZone)).toISOString();
}

/** HH:MM for a time field; empty without a moment. */
export function clockOf(moment: string | null, timeZone: string): string {
  if (!moment) return '';
  const at = Date.parse(moment);
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(11, 16);
}

/** The day after: a session may end after midnight. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

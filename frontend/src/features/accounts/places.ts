/** Countries and time zones by their names in the language of the interface. */
import type { ComboboxItem, OptionsFilter } from '@mantine/core';

/** ISO 3166-1; Intl has the names and not the list. The same as in accounts/countries.py. */
const COUNTRIES = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
YT ZA ZM ZW
`.trim().split(/\s+/);

export function countryOptions(locale: string): ComboboxItem[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, locale));
}

/** "Cairo, Eastern European Time (GMT+02:00)", in the order of the clock; the offset is that of `at`. */
export function timeZoneOptions(locale: string, current: string, at = new Date()): ComboboxItem[] {
  return [...new Set([current, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
    .map((value) => {
      const offset = part('en', value, 'longOffset', at);
      const place = value.slice(value.lastIndexOf('/') + 1).replaceAll('_', ' ');
      const name = part(locale, value, 'longGeneric', at);
      const hours = `\u2066${offset === 'GMT' ? 'GMT+00:00' : offset}\u2069`;
      // Where a zone has no name, Intl gives the offset once more.
      const named = /\d/.test(name) ? place : `${place}, ${name}`;
      return { value, minutes: minutesOf(offset), label: `${named} (${hours})` };
    })
    .sort((a, b) => a.minutes - b.minutes || a.label.localeCompare(b.label, locale))
    .map(({ value, label }) => ({ value, label }));
}

function part(locale: string, timeZone: string, timeZoneName: 'longOffset' | 'longGeneric', at: Date): string {
  return new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function minutesOf(offset: string): number {
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

/**
 * All words that were typed occur in the name, or in the code, in any order. Where nothing does, `nothing` says so
 * as an option that cannot be chosen: a list without options is none to a screen reader.
 */
export const byWords = (nothing: string): OptionsFilter => ({ options, search }) => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = options.filter((option) => {
    if ('group' in option) return false;
    const text = `${option.label} ${option.value}`.toLowerCase().replaceAll('_', ' ');
    return words.every((word) => text.includes(word));
  });
  return found.length > 0 ? found : [{ value: '', label: nothing, disabled: true }];
};

import type { ComboboxItem } from '@mantine/core';
import { expect, it } from 'vitest';

import { byWords, countryOptions, timeZoneOptions } from './places';

const matches = (options: ComboboxItem[], words: string) => byWords('Nothing matches.')({ options, search: words, limit: Infinity });
const search = (options: ComboboxItem[], words: string) => matches(options, words).map((option) => ('value' in option ? option.value : ''));

it('names countries in the language of the interface and finds them by name or code', () => {
  expect(search(countryOptions('en'), 'emirates')).toEqual(['AE']);
  expect(search(countryOptions('ar'), 'مصر')).toEqual(['EG']);
  expect(search(countryOptions('en'), 'egy')).toEqual(['EG']);
  expect(matches(countryOptions('en'), 'atlantis')).toEqual([{ value: '', label: 'Nothing matches.', disabled: true }]);
});

it('shows time zones with name and offset, in the order of the clock, and keeps the one that is set', () => {
  const zones = timeZoneOptions('en', 'Asia/Dubai', new Date('2026-01-15T12:00:00Z'));
  expect(zones.find(({ value }) => value === 'Asia/Dubai')?.label).toMatch(/^Dubai, .+ \(.GMT\+04:00.\)$/);
  expect(search(zones, 'new york')).toEqual(['America/New_York']);
  const at = (value: string) => zones.findIndex((zone) => zone.value === value);
  expect(at('America/New_York')).toBeLessThan(at('UTC'));
  expect(at('UTC')).toBeLessThan(at('Asia/Dubai'));
});

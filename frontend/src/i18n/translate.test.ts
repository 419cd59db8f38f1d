import { describe, expect, it } from 'vitest';

import { catalog as arabic } from './catalog-ar';
import { catalog as english } from './catalog-en';
import { makeFormatter } from './format';
import type { Catalog, MessageKey } from './registry';
import { makeTranslator } from './translate';

const key = 'test.gaps' as MessageKey;
const sessions: Catalog = {
  test: { gaps: { zero: 'صفر', one: 'واحد', two: 'اثنان', few: '{count} قليل', many: '{count} كثير', other: '{count} آخر' } },
};

describe('translator', () => {
  it.each([[0, 'صفر'], [1, 'واحد'], [2, 'اثنان'], [3, '3 قليل'], [11, '11 كثير'], [100, '100 آخر']])('uses the Arabic form for %i', (count, expected) => {
    expect(makeTranslator(sessions, 'ar', 'ar-u-nu-latn').t(key, { count })).toBe(expected);
  });

  it('has the same places to fill in both languages', () => {
    const places = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].filter((place) => place !== '{count}').sort();
    for (const [name, messages] of Object.entries(english)) {
      for (const [one, message] of Object.entries(messages)) {
        expect([name, one, places(arabic[name]?.[one])]).toEqual([name, one, places(message)]);
      }
    }
  });
});

describe('formatter', () => {
  it('keeps a calendar day in every time zone and moves a moment', () => {
    const west = makeFormatter('en-GB', 'America/Los_Angeles');
    expect(west.date('2026-11-24')).toBe('24 Nov 2026');
    expect(west.time('2026-11-24T17:31:00Z')).toBe('09:31');
  });

  it('writes places in a recording', () => {
    const { clock } = makeFormatter('en-GB', 'UTC');
    expect([clock(0), clock(1_071_900), clock(3_729_000)]).toEqual(['00:00', '17:51', '1:02:09']);
  });
});

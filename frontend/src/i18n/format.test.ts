import { expect, it } from 'vitest';

import { makeFormatter } from './format';

it.each([
  ['en-US', 44, '44 s'], ['en-GB', 240, '4 min'], ['en-GB', 3900, '1 h 5 min'], ['ar-u-nu-latn', 47 * 60, '47 دقيقة'],
])('writes a length in %s: %i s', (locale, seconds, words) => {
  expect(makeFormatter(locale, 'UTC').duration(seconds).replaceAll('\u00a0', ' ')).toBe(words);
});

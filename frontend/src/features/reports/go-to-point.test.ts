import { expect, it } from 'vitest';

import { nextPoint } from './go-to-point';

it('goes on from the selected point when the button Next has the focus, and round', () => {
  const ids = ['a', 'b', 'c'];
  expect(nextPoint(ids, 1)).toBe('a');
  expect(nextPoint(ids, 1, 'a')).toBe('b');
  expect(nextPoint(ids, 1, 'c')).toBe('a');
  expect(nextPoint(ids, -1, 'a')).toBe('c');
  expect(nextPoint(ids, 1, 'settled')).toBe('a');
});

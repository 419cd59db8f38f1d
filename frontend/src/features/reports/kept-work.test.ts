import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';

import { forgetWork, keepWork, keptWork, reasonOf, wipeWork } from './kept-work';

it('is there for its owner only, until it is forgotten or the visit ends', async () => {
  await keepWork('nadia', reasonOf('flag'), 'Denied when asked again.');
  await keepWork('nadia', 'other', ['words']);
  expect(await keptWork('nadia', reasonOf('flag'))).toBe('Denied when asked again.');
  expect(await keptWork('somebody else', reasonOf('flag'))).toBeUndefined();
  await forgetWork('nadia', reasonOf('flag'));
  expect(await keptWork('nadia', reasonOf('flag'))).toBeUndefined();
  await wipeWork();
  expect(await keptWork('nadia', 'other')).toBeUndefined();
});

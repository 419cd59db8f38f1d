import type { MantineColorSchemeManager } from '@mantine/core';

import { getPreferences } from '../config/preferences';

/** Mantine's choice of colours kept in our own preferences instead of a key of its own. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: () => getPreferences().theme,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

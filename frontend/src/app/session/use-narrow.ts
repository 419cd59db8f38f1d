import { useMediaQuery } from '@mantine/hooks';

/** Too narrow for two columns: tabs. */
export const useNarrow = (): boolean => useMediaQuery('(max-width: 1099px)', false, { getInitialValueInEffect: false });

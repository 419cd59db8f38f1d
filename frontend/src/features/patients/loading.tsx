import { useTimeout } from '@mantine/hooks';
import { useState } from 'react';

import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import classes from './patient-list.module.css';

const SLOW_MS = 4_000;

/** Rows of the size of what replaces them; after a while it says that it goes on. */
export function Loading({ rows = 8, height = 36 }: { rows?: number; height?: number }) {
  const { t } = useI18n();
  const [slow, setSlow] = useState(false);
  useTimeout(() => { setSlow(true); }, SLOW_MS, { autoInvoke: true });
  return (
    <>
      <p role="status" className={classes.note}>{slow && t('patients.slow')}</p>
      <SkeletonRows rows={rows} height={height} />
    </>
  );
}

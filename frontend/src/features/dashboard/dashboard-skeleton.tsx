import { useTimeout } from '@mantine/hooks';
import { useState } from 'react';

import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import panel from '../../components/panel.module.css';
import classes from './dashboard.module.css';

const SLOW_MS = 4_000;

/** The size of what replaces it; after a while it says that it goes on. */
export function DashboardSkeleton() {
  const { t } = useI18n();
  const [slow, setSlow] = useState(false);
  useTimeout(() => { setSlow(true); }, SLOW_MS, { autoInvoke: true });
  return (
    <>
      <p role="status" className={classes.note}>{slow && t('dashboard.slow')}</p>
      <div className={classes.columns}>
        <div className={panel.card}><SkeletonRows rows={4} height={44} /></div>
        <div className={classes.column}>
          <div className={panel.card}><SkeletonRows rows={2} height={32} /></div>
          <div className={panel.card}><SkeletonRows rows={4} height={36} /></div>
        </div>
      </div>
    </>
  );
}

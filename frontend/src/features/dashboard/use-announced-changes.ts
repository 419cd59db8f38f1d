import { useEffect, useRef } from 'react';

import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import type { Dashboard } from './api/get-dashboard';

/** Says what left the work: a draft that is ready politely, a failure at once. */
export function useAnnouncedChanges(dashboard: Dashboard): void {
  const { t } = useI18n();
  const before = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const now = new Set(dashboard.in_work.results.map((session) => session.id));
    for (const item of dashboard.queue.results) {
      if (!before.current.has(item.id) || now.has(item.id)) continue;
      if (item.status === 'failed') announce(t('dashboard.didNotFinish', { name: item.patient_name }), 'assertive');
      else announce(t('dashboard.isReady', { name: item.patient_name }));
    }
    before.current = now;
  }, [dashboard, t]);
}

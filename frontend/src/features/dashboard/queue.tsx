import { useRovingIndex } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty-state';
import { useShortcuts } from '../../components/shortcuts';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { Dashboard } from './api/get-dashboard';
import classes from './dashboard.module.css';
import { QueueRow } from './queue-row';
import { useStableOrder } from './use-stable-order';

/** What waits: risks, then drafts, then failures. One tab stop; the arrows go from button to button. */
export function Queue({ queue, start }: { queue: Dashboard['queue']; start?: ReactNode }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const items = useStableOrder(queue.results);
  const { getItemProps } = useRovingIndex({ total: items.length, orientation: 'vertical', loop: false });
  const first = items[0];
  const firstOpens = first !== undefined && !first.error?.retryable;

  useShortcuts(t('dashboard.queue'), firstOpens
    ? [{ code: 'Enter', label: t('dashboard.openFirst'), run: () => { void navigate({ to: paths.session, params: { sessionId: first.id } }); } }]
    : []);

  if (!first) return <section className={classes.calm} aria-label={t('dashboard.queue')}>{start ?? <EmptyState icon="done">{t('dashboard.nothing')}</EmptyState>}</section>;
  return (
    <div className={classes.column}>
      {(['risk_pending', 'review', 'failed'] as const).map((kind) => {
        const rows = items.filter((item) => item.kind === kind);
        const rest = queue.totals[kind] - rows.length;
        return rows.length > 0 && (
          <Card key={kind} title={t(`dashboard.kind.${kind}`)} count={queue.totals[kind]}>
            <ul className={classes.list}>
              {rows.map((item) => (
                <QueueRow key={item.id} item={item} first={item === first} roving={getItemProps({ index: items.indexOf(item) })} />
              ))}
            </ul>
            {rest > 0 && <p className={classes.rest}>{t('dashboard.more', { count: rest })}</p>}
          </Card>
        );
      })}
    </div>
  );
}

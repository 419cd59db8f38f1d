import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { KeyboardEventHandler, MouseEventHandler, RefCallback } from 'react';

import { errorKey } from '../../api/errors';
import { Icon, type IconName } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { announce } from '../../components/live-region';
import { RelativeTime } from '../../components/time';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { QueueItem } from './api/get-dashboard';
import { useRetrySession } from './api/retry-session';
import { SessionLine } from './session-line';
import classes from './dashboard.module.css';

export interface RovingProps {
  tabIndex: 0 | -1;
  onKeyDown: KeyboardEventHandler;
  onClick: MouseEventHandler;
  ref: RefCallback<HTMLElement>;
}

interface Props {
  item: QueueItem;
  /** The one filled button of the page. */
  first: boolean;
  roving: RovingProps;
}

const hasNothingOpen = ({ open_points: open }: QueueItem) => open.risk_pending + open.unsupported_claims + open.unconfirmed_claims === 0;

function shape(item: QueueItem): { icon: IconName; tone: string } {
  if (item.kind === 'risk_pending') return { icon: 'flag', tone: 'risk' };
  if (item.kind === 'failed') return { icon: 'warning', tone: 'warn' };
  return hasNothingOpen(item) ? { icon: 'done', tone: 'ok' } : { icon: 'document', tone: 'plain' };
}

export function QueueRow({ item, first, roving }: Props) {
  const { tx } = useI18n();
  const words = useQueueWords();
  const { icon, tone } = shape(item);
  const { what, why } = words(item);
  return (
    <li className={classes.row}>
      <span className={classes.mark} data-tone={tone}><Icon name={icon} size={20} /></span>
      <div className={classes.who}>
        <p className={classes.name}><bdi>{item.patient_name}</bdi></p>
        <p className={classes.meta}><SessionLine session={item} /></p>
      </div>
      <div className={classes.what}>
        <p className={classes.name}>{what}</p>
        <p className={classes.meta}>{why ?? tx('dashboard.draftReady', { time: <RelativeTime value={item.status_changed_at} /> })}</p>
      </div>
      {item.kind === 'failed' && item.error?.retryable ? <RetryButton item={item} first={first} roving={roving} /> : <OpenButton item={item} first={first} roving={roving} />}
    </li>
  );
}

function useQueueWords() {
  const { t, has, format } = useI18n();
  return (item: QueueItem): { what: string; why?: string } => {
    if (item.kind === 'failed') {
      const code = `errors.${item.error?.code ?? ''}`;
      return { what: t(has(code) ? code : 'errors.internal_error'), why: t(`dashboard.safe.${item.error?.stage ?? 'transcription'}`) };
    }
    const { risk_pending: risks, unsupported_claims: unsupported, unconfirmed_claims: unconfirmed } = item.open_points;
    const open = [
      ...(risks > 0 ? [t('dashboard.risks', { count: risks })] : []),
      ...(unsupported > 0 ? [t('dashboard.unsupported', { count: unsupported })] : []),
      ...(unconfirmed > 0 ? [t('dashboard.unconfirmed', { count: unconfirmed })] : []),
    ];
    return { what: open.length > 0 ? format.list(open) : t('dashboard.nothingOpen') };
  };
}

function OpenButton({ item, first, roving }: Props) {
  const { t } = useI18n();
  const label = item.kind === 'risk_pending' ? 'dashboard.openFlag' : item.kind === 'failed' ? 'dashboard.open'
    : hasNothingOpen(item) ? 'dashboard.readAndSign' : 'dashboard.review';
  return (
    <Button
      {...look(first)} {...roving} className={classes.action} rightSection={first && <KeyCap code="Enter" />}
      aria-label={`${t(label)}: ${item.patient_name}`}
      renderRoot={(props) => <Link {...props} to={paths.session} params={{ sessionId: item.id }} />}
    >
      {t(label)}
    </Button>
  );
}

function RetryButton({ item, first, roving }: Props) {
  const { t } = useI18n();
  const retry = useRetrySession();
  const start = () => {
    retry.mutate(item.id, {
      onSuccess: () => { announce(t('dashboard.retrying', { name: item.patient_name })); },
    });
  };
  return (
    <>
      <Button
        {...look(first)} {...roving} className={classes.action} loading={retry.isPending}
        aria-label={`${t('dashboard.retry')}: ${item.patient_name}`}
        onClick={(event) => { roving.onClick(event); start(); }}
      >
        {t('dashboard.retry')}
      </Button>
      <div role="alert" className={classes.problem}>{retry.error && t('dashboard.notRetried', { reason: t(errorKey(retry.error)) })}</div>
    </>
  );
}

const look = (first: boolean): Pick<ButtonProps, 'variant'> => ({ variant: first ? 'filled' : 'default' });

import { Menu, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';

import { signOut } from '../auth/session';
import { useCurrentTherapist } from '../auth/use-current-therapist';
import { announce } from '../components/live-region';
import { Icon, type IconName } from '../components/icon';
import { errorKey } from '../api/errors';
import { paths } from '../config/paths';
import { useI18n } from '../i18n/provider';
import classes from './rail.module.css';

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => Array.from(word ?? '')[0] ?? '').join('').toUpperCase();
}

interface ItemProps {
  to: typeof paths.today | typeof paths.patients | typeof paths.settings;
  icon: IconName;
  label: string;
  /** The page belongs to it although its path does not begin with that of the item. */
  holds?: boolean;
}

function Item({ to, icon, label, holds = false }: ItemProps) {
  return (
    <Link to={to} className={classes.item} activeOptions={{ exact: to === paths.today }} activeProps={{ 'aria-current': 'page' }} aria-current={holds || undefined}>
      <Icon name={icon} size={20} />
      {label}
    </Link>
  );
}

export function Rail({ onKeys }: { onKeys: () => void }) {
  const { t } = useI18n();
  const therapist = useCurrentTherapist();
  const name = therapist?.full_name;
  const inSession = useRouterState({ select: (state) => state.location.pathname.startsWith('/sessions/') });
  const leave = () => {
    signOut().catch((error: unknown) => { announce(t(errorKey(error)), 'assertive'); });
  };
  return (
    <nav className={classes.rail} aria-label={t('app.main')} data-region="rail">
      <svg className={classes.logo} viewBox="0 0 32 32" aria-hidden="true"><path d="M4 16h3M10 10v12M15 6v20M20 12v8M25 16h3" /></svg>
      <Item to={paths.today} icon="today" label={t('app.today')} />
      <Item to={paths.patients} icon="patients" label={t('app.patients')} holds={inSession} />
      <span className={classes.grow} />
      <Tooltip label={t('app.keys')} position="right">
        <UnstyledButton className={classes.keys} aria-label={t('app.keys')} onClick={onKeys}><Icon name="keyboard" size={20} /></UnstyledButton>
      </Tooltip>
      <Item to={paths.settings} icon="settings" label={t('app.settings')} />
      <Menu position="right-end" withinPortal>
        <Menu.Target>
          <UnstyledButton className={classes.account}>
            <span className={classes.avatar}>{name ? initials(name) : ''}</span>
            <VisuallyHidden>{name ? t('app.account', { name }) : t('app.accountOnly')}</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {therapist && <Menu.Label><bdi>{therapist.email}</bdi></Menu.Label>}
          <Menu.Item leftSection={<Icon name="signOut" />} onClick={leave}>{t('app.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

import { Link, getRouteApi, useRouter } from '@tanstack/react-router';

import { wasSignedOutEverywhere } from '../../auth/session';
import { Icon } from '../../components/icon';
import { AccountFrame } from '../../features/accounts/account-frame';
import { SignInForm } from '../../features/accounts/sign-in-form';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';

const outside = getRouteApi('/outside');

export function LoginPage() {
  const { t } = useI18n();
  const router = useRouter();
  const { returnTo } = outside.useSearch();
  return (
    <AccountFrame
      title={t('accounts.signIn')}
      links={<>
        <Link to="/register">{t('accounts.createAccount')}</Link>
        <Link to="/forgot-password">{t('accounts.forgotten')}</Link>
      </>}
    >
      {wasSignedOutEverywhere() && <p className={classes.done}><Icon name="done" />{t('accounts.signedOutEverywhere')}</p>}
      <SignInForm onSignedIn={() => { router.history.replace(`/app${returnTo ?? '/'}`); }} />
    </AccountFrame>
  );
}

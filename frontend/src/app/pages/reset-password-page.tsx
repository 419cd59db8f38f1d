import { getRouteApi, Link } from '@tanstack/react-router';

import { AccountFrame } from '../../features/accounts/account-frame';
import { ResetPasswordForm } from '../../features/accounts/reset-password-form';
import { useI18n } from '../../i18n/provider';

const route = getRouteApi('/reset-password');

export function ResetPasswordPage() {
  const { t } = useI18n();
  const { uid, token } = route.useSearch();
  return (
    <AccountFrame title={t('accounts.resetTitle')} links={<Link to="/login">{t('accounts.backToSignIn')}</Link>}>
      <ResetPasswordForm uid={uid} token={token} />
    </AccountFrame>
  );
}

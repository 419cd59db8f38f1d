import { Link } from '@tanstack/react-router';

import { AccountFrame } from '../../features/accounts/account-frame';
import { ForgotPasswordForm } from '../../features/accounts/forgot-password-form';
import { useI18n } from '../../i18n/provider';

export function ForgotPasswordPage() {
  const { t } = useI18n();
  return (
    <AccountFrame title={t('accounts.forgotten')} links={<Link to="/login">{t('accounts.backToSignIn')}</Link>}>
      <ForgotPasswordForm />
    </AccountFrame>
  );
}

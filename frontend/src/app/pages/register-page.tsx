import { Link, useRouter } from '@tanstack/react-router';

import { AccountFrame } from '../../features/accounts/account-frame';
import { RegisterForm } from '../../features/accounts/register-form';
import { useI18n } from '../../i18n/provider';

export function RegisterPage() {
  const { t } = useI18n();
  const router = useRouter();
  return (
    <AccountFrame title={t('accounts.createAccount')} links={<Link to="/login">{t('accounts.haveAccount')}</Link>}>
      <RegisterForm onSignedIn={() => { router.history.replace('/app/'); }} />
    </AccountFrame>
  );
}

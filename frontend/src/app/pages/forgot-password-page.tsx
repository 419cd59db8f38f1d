import { AccountFrame } from '../../features/accounts/account-frame';
import { useI18n } from '../../i18n/provider';

export function ForgotPasswordPage() {
  const { t } = useI18n();
  return <AccountFrame title={t('accounts.forgotten')}>{t('app.soon')}</AccountFrame>;
}

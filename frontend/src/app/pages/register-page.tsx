import { AccountFrame } from '../../features/accounts/account-frame';
import { useI18n } from '../../i18n/provider';

export function RegisterPage() {
  const { t } = useI18n();
  return <AccountFrame title={t('accounts.createAccount')}>{t('app.soon')}</AccountFrame>;
}

import { AccountFrame } from '../../features/accounts/account-frame';
import { useI18n } from '../../i18n/provider';

export function ResetPasswordPage() {
  const { t } = useI18n();
  return <AccountFrame title={t('accounts.resetTitle')}>{t('app.soon')}</AccountFrame>;
}

import { PageHeader } from '../../components/page-header';
import { useDocumentTitle } from '../../components/use-document-title';
import { useI18n } from '../../i18n/provider';

export function SettingsPage() {
  const { t } = useI18n();
  useDocumentTitle(t('accounts.settings'));
  return <PageHeader title={t('accounts.settings')} />;
}

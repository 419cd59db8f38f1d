import { EmptyState } from '../../components/empty-state';
import { PageHeader } from '../../components/page-header';
import { useDocumentTitle } from '../../components/use-document-title';
import { useI18n } from '../../i18n/provider';

export function PatientsPage() {
  const { t } = useI18n();
  useDocumentTitle(t('app.patients'));
  return (
    <>
      <PageHeader title={t('app.patients')} />
      <EmptyState>{t('app.soon')}</EmptyState>
    </>
  );
}

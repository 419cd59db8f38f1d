import { Link } from '@tanstack/react-router';

import { EmptyState } from '../components/empty-state';
import { PageHeader } from '../components/page-header';
import { useDocumentTitle } from '../components/use-document-title';
import { useI18n } from '../i18n/provider';

export function NotFoundPage() {
  const { t } = useI18n();
  useDocumentTitle(t('app.notFoundTitle'));
  return (
    <main>
      <PageHeader title={t('app.notFoundTitle')} />
      <EmptyState action={<Link to="/">{t('app.toToday')}</Link>}>{t('app.notFound')}</EmptyState>
    </main>
  );
}

import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';

import { EmptyState } from '../components/empty-state';
import { ErrorPanel } from '../components/error-panel';
import { PageHeader } from '../components/page-header';
import { isApiError } from '../api/errors';
import { useI18n } from '../i18n/provider';
import classes from './page.module.css';

/** When a page threw: a call that failed, or a part of the app that could not be fetched. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useI18n();
  return (
    <>
      <PageHeader title={t('app.errorTitle')} />
      <div className={classes.page}>
        {isApiError(error) ? (
          <ErrorPanel error={error} onRetry={reset} />
        ) : (
          <EmptyState icon="warning" action={<Button onClick={() => { window.location.reload(); }}>{t('components.tryAgain')}</Button>}>
            {t('app.pageFailed')}
          </EmptyState>
        )}
      </div>
    </>
  );
}

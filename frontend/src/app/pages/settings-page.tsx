import { useQuery } from '@tanstack/react-query';

import { currentTherapistQuery } from '../../auth/use-current-therapist';
import { ErrorPanel } from '../../components/error-panel';
import { PageHeader } from '../../components/page-header';
import { SkeletonRows } from '../../components/skeleton-rows';
import { useDocumentTitle } from '../../components/use-document-title';
import { DevicesCard } from '../../features/accounts/devices-card';
import { DisplaySettings } from '../../features/accounts/display-settings';
import { PasswordForm } from '../../features/accounts/password-form';
import { ProfileForm } from '../../features/accounts/profile-form';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';

export function SettingsPage() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(currentTherapistQuery);
  useDocumentTitle(t('accounts.settings'));
  return (
    <>
      <PageHeader title={t('accounts.settings')} meta={data && <bdi>{data.email}</bdi>} />
      <div className={`${classes.page} ${classes.narrow}`}>
        {data ? <ProfileForm key={data.id} therapist={data} /> : error ? <ErrorPanel error={error} onRetry={() => { void refetch(); }} /> : <SkeletonRows rows={8} />}
        <DisplaySettings />
        <PasswordForm />
        <DevicesCard />
      </div>
    </>
  );
}

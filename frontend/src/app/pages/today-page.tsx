import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';

import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { announce } from '../../components/live-region';
import { PageHeader } from '../../components/page-header';
import { useShortcuts } from '../../components/shortcuts';
import { useDocumentTitle } from '../../components/use-document-title';
import { paths } from '../../config/paths';
import { dashboardQuery, type Dashboard as DashboardData } from '../../features/dashboard/api/get-dashboard';
import { Dashboard } from '../../features/dashboard/dashboard';
import { DashboardSkeleton } from '../../features/dashboard/dashboard-skeleton';
import { patientsQuery } from '../../features/patients/api/list-patients';
import { PatientFormDialog } from '../../features/patients/patient-form-dialog';
import { PatientPicker, type PickedPatient } from '../../features/patients/patient-picker';
import { NewSessionDialog } from '../../features/sessions/new-session-dialog';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';

/** What needs me now. */
export function TodayPage() {
  const { t, format } = useI18n();
  const navigate = useNavigate();
  const finder = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const [adding, setAdding] = useState(false);
  const [patient, setPatient] = useState<PickedPatient | null>(null);
  const { data, error, refetch, dataUpdatedAt } = useQuery(dashboardQuery);
  // Only where the page would be empty: is there anybody at all?
  const empty = data !== undefined && data.queue.count + data.in_work.count + data.today.count === 0;
  const { data: patients, isLoading: looking } = useQuery({ ...patientsQuery({ page_size: 1 }), enabled: empty });
  const retry = () => { void refetch(); };
  const create = () => { setPatient(null); setCreating(true); };
  useDocumentTitle(t('app.today'));
  useShortcuts(t('app.today'), [
    { code: 'Slash', label: t('patients.find'), run: () => { finder.current?.focus(); } },
    { code: 'KeyS', label: t('dashboard.newSession'), run: create },
  ]);

  const start = empty && patients?.count === 0
    ? <EmptyState icon="patients" action={<Button variant="filled" leftSection={<Icon name="add" />} onClick={() => { setAdding(true); }}>{t('patients.add')}</Button>}>{t('patients.noPatients')}</EmptyState>
    : undefined;
  return (
    <>
      <PageHeader
        title={format.longDate(data?.date ?? new Date())}
        meta={data && (data.queue.count > 0 || data.in_work.count > 0) ? <Summary dashboard={data} /> : <span>{'\u00A0'}</span>}
        actions={(
          <>
            <PatientPicker
              ref={finder} value={null} leftSection={<Icon name="search" />} rightSection={<KeyCap code="Slash" />}
              onChange={(found) => { if (found) void navigate({ to: paths.patient, params: { patientId: found.id } }); }}
            />
            <Button leftSection={<Icon name="add" />} rightSection={<KeyCap code="KeyS" />} aria-keyshortcuts="S" onClick={create}>{t('dashboard.newSession')}</Button>
          </>
        )}
      />
      <div className={classes.page}>
        {data && !looking ? <Dashboard dashboard={data} updatedAt={dataUpdatedAt} error={error} onRetry={retry} start={start} />
          : error && !data ? <ErrorPanel error={error} onRetry={retry} /> : <DashboardSkeleton />}
      </div>
      <PatientFormDialog
        opened={adding}
        onClose={() => { setAdding(false); }}
        onSaved={(added) => {
          announce(t('patients.added', { name: added.full_name }));
          void navigate({ to: paths.patient, params: { patientId: added.id } });
        }}
      />
      <NewSessionDialog
        opened={creating}
        onClose={() => { setCreating(false); }}
        onCreated={(sessionId) => { void navigate({ to: paths.session, params: { sessionId } }); }}
        patientId={patient?.id ?? null}
        patientField={(wrong) => <PatientPicker label={t('dashboard.new.patient')} value={patient} onChange={setPatient} error={wrong} startsHere />}
      />
    </>
  );
}

function Summary({ dashboard: { queue, in_work: inWork } }: { dashboard: DashboardData }) {
  const { t } = useI18n();
  return (
    <span>
      {[
        ...(queue.count > 0 ? [t('dashboard.needYou', { count: queue.count })] : []),
        ...(inWork.count > 0 ? [t('dashboard.inWorkNow', { count: inWork.count })] : []),
      ].join(' ')}
    </span>
  );
}

import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';

import { isApiError } from '../../api/errors';
import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { announce } from '../../components/live-region';
import { PageHeader } from '../../components/page-header';
import { useShortcuts } from '../../components/shortcuts';
import { useDocumentTitle } from '../../components/use-document-title';
import { paths } from '../../config/paths';
import { fetchDashboard, type Dashboard } from '../../features/dashboard/api/get-dashboard';
import { patientQuery } from '../../features/patients/api/get-patient';
import { fetchPatientSessions, type PatientSession } from '../../features/patients/api/list-patient-sessions';
import { PatientFormDialog } from '../../features/patients/patient-form-dialog';
import { PatientLine } from '../../features/patients/patient-facts';
import patientClasses from '../../features/patients/patient.module.css';
import { PatientView } from '../../features/patients/patient-view';
import type { NoteState } from '../../features/patients/timeline';
import { Loading } from '../../features/patients/loading';
import { NewSessionDialog } from '../../features/sessions/new-session-dialog';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';

/** Who, what is open, and all sessions. */
export function PatientPage() {
  const { patientId } = useParams({ from: '/inside/patients/$patientId' });
  // Another patient starts anew: no dialog or page of the one before stays.
  return <OnePatient key={patientId} patientId={patientId} />;
}

function OnePatient({ patientId }: { patientId: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'session' | null>(null);
  const [page, setPage] = useState(1);
  const patient = useQuery(patientQuery(patientId));
  const timeline = useTimeline(patientId, page, patient.isSuccess);
  const close = () => { setDialog(null); };
  useDocumentTitle(t('app.patient'));
  useShortcuts(t('app.patient'), patient.data ? [
    { code: 'KeyE', label: t('patients.edit'), run: () => { setDialog('edit'); } },
    { code: 'KeyS', label: t('patients.newSession'), run: () => { setDialog('session'); } },
  ] : []);

  if (isApiError(patient.error, 'not_found')) {
    return (
      <>
        <PageHeader title={t('app.patient')} />
        <EmptyState action={<Link to={paths.patients}>{t('patients.toPatients')}</Link>}>{t('patients.gone')}</EmptyState>
      </>
    );
  }
  if (!patient.data) {
    return (
      <>
        <PageHeader variant="band" title={t('app.patient')} meta={<span>{'\u00A0'}</span>} />
        <div className={classes.page}>
          {patient.error ? <ErrorPanel error={patient.error} onRetry={() => { void patient.refetch(); }} /> : <Loading />}
        </div>
      </>
    );
  }
  const { data } = patient;
  return (
    <>
      <PageHeader
        variant="band"
        title={<bdi>{data.full_name}</bdi>}
        meta={<><OpenItems patientId={patientId} dashboard={timeline.data?.dashboard ?? null} /><PatientLine patient={data} /></>}
        actions={(
          <div className={patientClasses.actions}>
            <Button variant="subtle" leftSection={<Icon name="pen" />} aria-keyshortcuts="E" onClick={() => { setDialog('edit'); }}>{t('patients.edit')}</Button>
            <Button leftSection={<Icon name="add" />} rightSection={<KeyCap code="KeyS" />} aria-keyshortcuts="S" onClick={() => { setDialog('session'); }}>{t('patients.newSession')}</Button>
          </div>
        )}
      />
      <div className={classes.page}>
        {patient.error && <ErrorPanel error={patient.error} onRetry={() => { void patient.refetch(); }} />}
        <PatientView
          patient={data}
          sessions={timeline.data?.sessions}
          sessionsError={timeline.error}
          onRetrySessions={() => { void timeline.refetch(); }}
          page={page}
          onPage={setPage}
          noteState={noteStateOf}
          onDeleted={() => { void navigate({ to: paths.patients }); }}
          onRestored={() => { void navigate({ to: paths.patient, params: { patientId } }); }}
        />
      </div>
      <PatientFormDialog opened={dialog === 'edit'} onClose={close} patient={data} onSaved={() => { announce(t('patients.saved')); close(); }} />
      <NewSessionDialog
        opened={dialog === 'session'}
        onClose={close}
        onCreated={(sessionId) => { void navigate({ to: paths.session, params: { sessionId } }); }}
        patientId={patientId}
        patientField={() => null}
      />
    </>
  );
}

const BUSY = new Set<PatientSession['status']>(['uploaded', 'transcribing', 'transcribed', 'reporting']);

/** The sessions of one page, and the queue, which knows what is open on the other pages too. */
function useTimeline(patientId: string, page: number, enabled: boolean) {
  return useQuery({
    queryKey: ['patients', 'timeline', patientId, page],
    queryFn: async ({ signal }) => {
      const sessions = await fetchPatientSessions(patientId, page, signal);
      const dashboard = await fetchDashboard(signal).catch(() => null);
      return { sessions, dashboard };
    },
    enabled,
    staleTime: 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.sessions.results.some((session) => BUSY.has(session.status)) ? 5_000 : false),
  });
}

function noteStateOf({ status, report_status: note, open_points: open }: PatientSession): NoteState {
  if (BUSY.has(status) || note === null) return { state: null, risks: 0 };
  return { state: note === 'finalized' ? 'signed' : 'draft', risks: open.risk_pending };
}

/** What is open for this patient, in words. */
function OpenItems({ patientId, dashboard }: { patientId: string; dashboard: Dashboard | null }) {
  const { t, format } = useI18n();
  const waiting = dashboard?.queue.results.filter((item) => item.patient === patientId) ?? [];
  if (waiting.length === 0) return null;
  const risks = waiting.reduce((sum, item) => sum + item.open_points.risk_pending, 0);
  const drafts = waiting.filter((item) => item.report_status === 'draft').length;
  const failed = waiting.filter((item) => item.status === 'failed').length;
  return (
    <strong>
      {format.list([
        ...(risks > 0 ? [t('patients.openRisks', { count: risks })] : []),
        ...(drafts > 0 ? [t('patients.openDrafts', { count: drafts })] : []),
        ...(failed > 0 ? [t('patients.openFailed', { count: failed })] : []),
      ])}
    </strong>
  );
}

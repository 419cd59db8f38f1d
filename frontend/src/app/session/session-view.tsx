import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { components } from '../../api/schema';
import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { EmptyState } from '../../components/empty-state';
import { useDocumentTitle } from '../../components/use-document-title';
import { CaptureArea } from '../../features/recordings/capture-area';
import { useSending, useTransfer } from '../../features/recordings/lib/transfers';
import { useUnloadGuard } from '../../features/recordings/lib/unload-guard';
import { sessionQuery } from '../../features/sessions/api/session-query';
import { PrivateNote } from '../../features/reports/private-note';
import { ReportActions } from '../../features/reports/report-actions';
import { ReportPanel } from '../../features/reports/report-panel';
import { DetailsForm } from '../../features/sessions/details-form';
import { DetailsList } from '../../features/sessions/details-list';
import { hasSound, hasTranscript } from '../../features/sessions/session-state';
import { useI18n } from '../../i18n/provider';
import { CaptureColumn } from './capture-column';
import type { Replacing } from './replacing';
import { LeaveGuard } from './leave-guard';
import { SessionFrame, type Panel } from './session-frame';
import { SessionMenu } from './session-menu';
import { PlayerSlot, TranscriptSlot } from './slots';
import { Stack } from './stack';
import { TopBar } from './top-bar';
import { TranscriptSkeleton } from './transcript-skeleton';
import { useNarrow } from './use-narrow';
import { useSessionMode } from './use-session-mode';
import { CancelWork } from './cancel-work';
import { WorkColumn } from './work-column';

type Session = components['schemas']['Session'];
/** State by state, always in the same grid. */
export function SessionView({ session }: { session: Session }) {
  const { t } = useI18n();
  const queryClient = useQueryClient();
  const owner = useCurrentTherapist()?.id ?? '';
  const mode = useSessionMode(session);
  const transfer = useTransfer(session.id);
  const sending = useSending(transfer.task);
  const narrow = useNarrow();
  const [replacing, setReplacing] = useState<Replacing>(null);
  const [detailsOpen, setDetailsOpen] = useState(false);
  useUnloadGuard();

  const stored = (next: Session) => {
    queryClient.setQueryData(sessionQuery(next.id).queryKey, next);
    queryClient.removeQueries({ queryKey: ['sessions', next.id, 'transcript'] });
    queryClient.removeQueries({ queryKey: ['sessions', next.id, 'report'] });
    void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
    setReplacing(null);
  };
  const recording = transfer.recorder !== null;
  const capturing = mode === 'created' || recording || transfer.task !== null || replacing !== null;
  useDocumentTitle(t(recording ? 'sessions.page.recording' : `sessions.page.${mode}`));

  const signed = mode === 'signed';
  const wideDetails = !capturing && (mode === 'review' || signed);
  const details = signed ? <DetailsList session={session} /> : <DetailsForm key={session.id} session={session} before={mode === 'created'} />;
  const note = <PrivateNote sessionId={session.id} />;
  const menu = (
    <SessionMenu
      session={session}
      signed={signed}
      busy={mode === 'busy' || recording || transfer.task !== null}
      onDetails={wideDetails && !narrow ? () => { setDetailsOpen(true); } : undefined}
      onReplace={mode === 'created' ? undefined : () => { setReplacing('file'); }}
      onType={() => { setReplacing('text'); }}
    />
  );
  const topBar = (
    <TopBar session={session} signed={signed} now={recording ? 'recording' : sending ? 'uploading' : undefined}>
      {wideDetails && <ReportActions session={session} />}
      {mode === 'busy' && !capturing && <CancelWork sessionId={session.id} />}
      {menu}
    </TopBar>
  );

  if (recording) {
    // The screen may be in view of the client: nothing of the record beside it.
    const start: Panel = { name: 'transcript', label: t('sessions.recordingTab'), content: <CaptureArea sessionId={session.id} owner={owner} onStored={stored} /> };
    return <><SessionFrame topBar={topBar} start={start} first="transcript" /><LeaveGuard /></>;
  }
  if (capturing) {
    return (
      <SessionFrame
        topBar={topBar}
        first="transcript"
        start={{
          name: 'transcript',
          label: t('sessions.recordingTab'),
          content: <CaptureColumn session={session} owner={owner} replacing={replacing} onReplacing={setReplacing} onStored={stored} />,
        }}
        end={{ name: 'details', label: t('sessions.detailsTab'), content: <Stack>{details}{note}</Stack> }}
      />
    );
  }
  const player = hasSound(session) ? <PlayerSlot session={session} /> : undefined;
  const words = hasTranscript(session) && session.counts.segments > 0;
  const transcript: Panel = { name: 'transcript', label: t('sessions.transcript'), surface: true, content: words ? <TranscriptSlot session={session} /> : mode === 'failed' ? <EmptyState>{t('sessions.noTranscript')}</EmptyState> : <TranscriptSkeleton /> };
  if (wideDetails) {
    return (
      <>
        <SessionFrame
          topBar={topBar}
          first="report"
          start={transcript}
          end={{ name: 'report', label: t('sessions.report'), content: <ReportPanel session={session} actionsInHeader /> }}
          details={{ name: 'details', label: t('sessions.detailsTab'), content: <Stack>{details}{note}</Stack> }}
          player={player}
        />
        <Modal opened={detailsOpen} onClose={() => { setDetailsOpen(false); }} title={t('sessions.details')} size="xl" closeButtonProps={{ 'aria-label': t('components.close') }}>
          <Stack flush>{details}{note}</Stack>
        </Modal>
      </>
    );
  }
  return (
    <SessionFrame
      topBar={topBar}
      first="report"
      start={transcript}
      end={{
        name: 'report',
        label: t('sessions.progressTab'),
        content: <WorkColumn session={session} onReplacing={setReplacing}>{details}{note}</WorkColumn>,
      }}
      player={player}
    />
  );
}

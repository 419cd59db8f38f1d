import type { Session } from './api/complete-upload';
import { KeptOffers } from './kept-offers';
import { useKept, useTransfer } from './lib/transfers';
import { RecordingPanel } from './recording-panel';
import { StartArea } from './start-area';
import { UploadCard } from './upload-card';

interface Props {
  sessionId: string;
  /** Id of the therapist: what was kept by another on this device is not shown. */
  owner: string;
  onStored: (session: Session) => void;
}

/** How sound comes into a session: a file, the microphone, or what was kept before. */
export function CaptureArea({ sessionId, owner, onStored }: Props) {
  const transfer = useTransfer(sessionId);
  const [kept, lookAgain] = useKept(sessionId, owner, transfer);
  if (transfer.recorder) return <RecordingPanel recorder={transfer.recorder} owner={owner} onStored={onStored} />;
  if (transfer.task) return <UploadCard task={transfer.task} owner={owner} onStored={onStored} />;
  return (
    <>
      <KeptOffers kept={kept ?? []} owner={owner} onStored={onStored} onChange={lookAgain} />
      <StartArea sessionId={sessionId} owner={owner} onStored={onStored} />
    </>
  );
}

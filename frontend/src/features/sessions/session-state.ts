import type { components } from '../../api/schema';

type Status = components['schemas']['SessionStatusEnum'];
type Session = components['schemas']['Session'];

const BUSY: readonly Status[] = ['uploaded', 'transcribing', 'transcribed', 'reporting'];

/** A stage waits or runs. */
export const isBusy = (status: Status): boolean => BUSY.includes(status);

/** Whether there are words to read: after transcription whatever became of the draft, and typed ones without a draft. */
export const hasTranscript = (session: Session): boolean =>
  session.status === 'transcribed' || session.status === 'reporting' || session.status === 'report_ready'
  || ((session.status === 'failed' || session.status === 'created') && session.counts.segments > 0);

export const hasSound = (session: Session): boolean => session.recording !== null && session.recording.deleted_at === null;

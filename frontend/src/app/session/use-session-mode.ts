import { useQuery } from '@tanstack/react-query';

import type { components } from '../../api/schema';
import { reportQuery } from '../../features/reports/api/report-query';
import { hasTranscript, isBusy } from '../../features/sessions/session-state';

type Session = components['schemas']['Session'];
export type SessionMode = 'created' | 'busy' | 'review' | 'signed' | 'failed';

/** Which page a session gets. A draft that is there stays on the screen while a section is drafted again. */
export function useSessionMode(session: Session): SessionMode {
  const words = hasTranscript(session) && session.counts.segments > 0;
  const { data } = useQuery({ ...reportQuery(session.id), enabled: words });
  if (words && data?.report.status === 'finalized') return 'signed';
  if (session.status === 'report_ready' || (words && data !== undefined)) return 'review';
  if (isBusy(session.status)) return 'busy';
  if (session.status === 'failed') return 'failed';
  // A typed transcript whose draft nobody asked for yet: the report's place offers it.
  return words ? 'review' : 'created';
}

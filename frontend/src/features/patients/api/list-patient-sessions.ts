import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

type Schemas = components['schemas'];
export type PatientSession = Schemas['SessionSummary'];
/** schema.yml describes one session where the API answers with a page of them; the members of a page are those of any list. */
export type SessionPage = Omit<Schemas['PaginatedPatientList'], 'results'> & { results: PatientSession[] };

export const SESSIONS_PAGE_SIZE = 20;

/** Newest first. */
export async function fetchPatientSessions(patientId: string, page: number, signal?: AbortSignal): Promise<SessionPage> {
  const query = new URLSearchParams({
    patient: patientId, ordering: '-session_date,-created_at', page: String(page), page_size: String(SESSIONS_PAGE_SIZE),
  });
  const answer: unknown = await body(api.GET('/sessions', { querySerializer: () => query.toString(), signal }));
  return answer as SessionPage;
}

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type PatientSession = components['schemas']['SessionSummary'];
export type SessionPage = components['schemas']['PaginatedSessionSummaryList'];

export const SESSIONS_PAGE_SIZE = 20;

/** Newest first. */
export function fetchPatientSessions(patientId: string, page: number, signal?: AbortSignal): Promise<SessionPage> {
  const query = { patient: patientId, ordering: '-session_date,-created_at', page, page_size: SESSIONS_PAGE_SIZE };
  return body(api.GET('/sessions', { params: { query }, signal }));
}

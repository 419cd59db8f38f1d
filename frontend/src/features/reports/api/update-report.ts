import { api } from '../../../api/client';
import type { Report, ReportEdit } from '../types';
import type { ReportData } from './report-query';

/** Always against the version that was read: an older one is refused with `edit_conflict`. */
export async function updateReport(sessionId: string, edit: ReportEdit, etag: string): Promise<ReportData> {
  const { data, response } = await api.PATCH('/sessions/{session_id}/report', {
    params: { path: { session_id: sessionId }, header: { 'If-Match': etag } },
    body: edit,
  });
  return { report: data as Report, etag: response.headers.get('ETag') ?? '' };
}

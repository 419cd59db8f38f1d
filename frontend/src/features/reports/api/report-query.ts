import { queryOptions } from '@tanstack/react-query';

import { api } from '../../../api/client';
import type { Report } from '../types';

/** The report and what has to be sent back as If-Match with a change of it. */
export interface ReportData {
  report: Report;
  etag: string;
}

export async function fetchReport(sessionId: string, signal?: AbortSignal): Promise<ReportData> {
  const { data, response } = await api.GET('/sessions/{session_id}/report', {
    params: { path: { session_id: sessionId } },
    signal,
  });
  return { report: data as Report, etag: response.headers.get('ETag') ?? '' };
}

export const reportQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ['sessions', sessionId, 'report'],
    queryFn: ({ signal }) => fetchReport(sessionId, signal),
  });

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

export const reportVersionsQuery = (sessionId: string, version: number) =>
  queryOptions({
    queryKey: ['sessions', sessionId, 'report-versions', version],
    queryFn: ({ signal }) =>
      body(api.GET('/sessions/{session_id}/report/versions', {
        params: { path: { session_id: sessionId }, query: { page_size: 50 } },
        signal,
      })),
  });

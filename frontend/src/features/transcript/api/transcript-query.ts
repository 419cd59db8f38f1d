import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { Transcript } from '../types';

export const transcriptQuery = (sessionId: string) => queryOptions({
  queryKey: ['sessions', sessionId, 'transcript'],
  queryFn: async ({ signal }): Promise<Transcript> =>
    (await body(api.GET('/sessions/{session_id}/transcript', { params: { path: { session_id: sessionId } }, signal }))) as Transcript,
});

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../api/client';

/** Asked for by the player alone, so that it needs no column of words beside it. */
export const playerTranscriptQuery = (sessionId: string) =>
  queryOptions({
    queryKey: ['sessions', sessionId, 'transcript', 'player'],
    queryFn: ({ signal }) => body(api.GET('/sessions/{session_id}/transcript', { params: { path: { session_id: sessionId } }, signal })),
  });

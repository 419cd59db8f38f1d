import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { isBusy } from '../session-state';

export type Session = components['schemas']['Session'];

const POLL_MS = 2_000;

/** Asked again while work goes on; a hidden tab does not ask. */
export const sessionQuery = (sessionId: string) => queryOptions({
  queryKey: ['sessions', sessionId],
  queryFn: ({ signal }) => body(api.GET('/sessions/{session_id}', { params: { path: { session_id: sessionId } }, signal })),
  refetchInterval: (query) => (query.state.data && isBusy(query.state.data.status) ? POLL_MS : false),
  refetchIntervalInBackground: false,
});

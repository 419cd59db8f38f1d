import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { sessionQuery } from './session-query';

export type SessionChange = components['schemas']['PatchedSessionWriteRequest'];

/** One after the other, so that an older answer never covers a newer one. */
export function useUpdateSession(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    scope: { id: `session-${sessionId}` },
    mutationFn: (change: SessionChange) => body(api.PATCH('/sessions/{session_id}', { params: { path: { session_id: sessionId } }, body: change })),
    onSuccess: (session) => { queryClient.setQueryData(sessionQuery(sessionId).queryKey, session); },
  });
}

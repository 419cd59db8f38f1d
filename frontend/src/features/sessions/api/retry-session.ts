import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import { sessionQuery } from './session-query';

/** Starts the stage that failed again. */
export function useRetrySession(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST('/sessions/{session_id}/retry', { params: { path: { session_id: sessionId } } })),
    onSuccess: (session) => { queryClient.setQueryData(sessionQuery(sessionId).queryKey, session); },
    onSettled: () => { void queryClient.invalidateQueries({ queryKey: ['dashboard'] }); },
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import { sessionQuery } from './session-query';

/** Stops the work; it ends as failed with the code `cancelled`. */
export function useCancelSession(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST('/sessions/{session_id}/cancel', { params: { path: { session_id: sessionId } } })),
    onSuccess: (session) => { queryClient.setQueryData(sessionQuery(sessionId).queryKey, session); },
    onSettled: () => { void queryClient.invalidateQueries({ queryKey: ['dashboard'] }); },
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import { dashboardQuery } from './get-dashboard';

/** Queues the stage that failed. */
export function useRetrySession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: string) => body(api.POST('/sessions/{session_id}/retry', { params: { path: { session_id: sessionId } } })),
    // Also after a refusal: somebody else may have started it.
    onSettled: () => queryClient.invalidateQueries({ queryKey: dashboardQuery.queryKey }),
  });
}

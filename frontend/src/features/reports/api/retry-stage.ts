import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

/** Starts the stage again that did not finish. */
export function useRetryStage(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST('/sessions/{session_id}/retry', { params: { path: { session_id: sessionId } } })),
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(sessionId) }),
  });
}

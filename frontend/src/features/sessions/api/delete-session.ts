import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '../../../api/client';

export function useDeleteSession(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE('/sessions/{session_id}', { params: { path: { session_id: sessionId } } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      void queryClient.invalidateQueries({ queryKey: ['patients'] });
    },
  });
}

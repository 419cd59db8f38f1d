import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

/** Drafts the whole note, or some of its sections again; the session tells how far it is. */
export function useDraftReport(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (sections?: string[]) =>
      body(api.POST('/sessions/{session_id}/report', {
        params: { path: { session_id: sessionId } },
        body: sections ? { sections } : {},
      })),
    onSettled: () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(sessionId) }),
  });
}

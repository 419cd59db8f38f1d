import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import { sessionQuery } from './session-query';

/** A typed or pasted transcript takes the place of a recording; the draft follows. */
export function useTypeTranscript(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (typed: { text: string; filename?: string }) =>
      body(api.POST('/sessions/{session_id}/transcript', { params: { path: { session_id: sessionId } }, body: typed })),
    onSuccess: (session) => {
      queryClient.removeQueries({ queryKey: ['sessions', sessionId, 'transcript'] });
      queryClient.setQueryData(sessionQuery(sessionId).queryKey, session);
    },
  });
}

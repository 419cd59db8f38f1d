import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { reportQuery } from './report-query';

type Addendum = components['schemas']['AddendumCreateRequest'];

export function useAddAddendum(sessionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...addendum }: Addendum & { key: string }) =>
      body(api.POST('/sessions/{session_id}/report/addenda', {
        params: { path: { session_id: sessionId } },
        body: addendum,
        headers: { 'Idempotency-Key': key },
      })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: reportQuery(sessionId).queryKey }),
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type NewSession = components['schemas']['SessionWriteRequest'];

interface Creation {
  values: NewSession;
  idempotencyKey: string;
}

export function useCreateSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ values, idempotencyKey }: Creation) =>
      body(api.POST('/sessions', { body: values, headers: { 'Idempotency-Key': idempotencyKey } })),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      void queryClient.invalidateQueries({ queryKey: ['patients'] });
    },
  });
}

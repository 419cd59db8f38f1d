import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { consentsQuery } from './get-consents';

export type ConsentAnswers = components['schemas']['ConsentsRequest'];

/** Scopes that are left out keep their answer. */
export function useRecordConsents(patientId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (answers: ConsentAnswers) =>
      body(api.PUT('/patients/{patient_id}/consents', { body: answers, params: { path: { patient_id: patientId } } })),
    onSuccess: (consents) => {
      queryClient.setQueryData(consentsQuery(patientId).queryKey, consents);
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
      void queryClient.invalidateQueries({ queryKey: ['patients', 'timeline', patientId] });
    },
  });
}

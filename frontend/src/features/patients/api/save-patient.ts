import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { patientQuery } from './get-patient';

export type PatientValues = components['schemas']['PatientRequest'];

interface Save {
  values: PatientValues;
  idempotencyKey: string;
}

/** Writes a new patient, or changes the one with this id. */
export function useSavePatient(patientId?: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ values, idempotencyKey }: Save) => body(patientId === undefined
      ? api.POST('/patients', { body: values, headers: { 'Idempotency-Key': idempotencyKey } })
      : api.PATCH('/patients/{patient_id}', { body: values, params: { path: { patient_id: patientId } } })),
    onSuccess: (patient) => {
      queryClient.setQueryData(patientQuery(patient.id).queryKey, patient);
      return queryClient.invalidateQueries({ queryKey: ['patients', 'list'] });
    },
  });
}

import type { QueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

/** No hook: it is called from the undo bar, after the page of the patient is gone. */
export async function restorePatient(queryClient: QueryClient, patientId: string) {
  const patient = await body(api.POST('/patients/{patient_id}/restore', { params: { path: { patient_id: patientId } } }));
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['patients'] }),
    queryClient.invalidateQueries({ queryKey: ['dashboard'] }),
  ]);
  return patient;
}

import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';

/** What the patient agreed to. */
export const consentsQuery = (patientId: string) => queryOptions({
  queryKey: ['patients', 'consents', patientId],
  queryFn: ({ signal }) => body(api.GET('/patients/{patient_id}/consents', { params: { path: { patient_id: patientId } }, signal })),
});

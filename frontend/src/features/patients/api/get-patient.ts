import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Patient = components['schemas']['Patient'];

export const patientQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['patients', 'one', patientId],
    queryFn: ({ signal }) => body(api.GET('/patients/{patient_id}', { params: { path: { patient_id: patientId } }, signal })),
  });

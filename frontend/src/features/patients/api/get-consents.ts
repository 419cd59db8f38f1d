import { queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Consents = components['schemas']['Consents'];
export type Consent = components['schemas']['Consent'];

export const consentsQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['patients', 'consents', patientId],
    queryFn: ({ signal }) => body(api.GET('/patients/{patient_id}/consents', { params: { path: { patient_id: patientId } }, signal })),
  });

import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { paths } from '../../../api/schema';

export type PatientFilters = NonNullable<paths['/patients']['get']['parameters']['query']>;
export const PAGE_SIZE = 25;

export const patientsQuery = (filters: PatientFilters) =>
  queryOptions({
    queryKey: ['patients', 'list', filters],
    queryFn: ({ signal }) => body(api.GET('/patients', { params: { query: filters }, signal })),
    placeholderData: keepPreviousData,
  });

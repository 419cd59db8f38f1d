import { queryOptions, useQuery } from '@tanstack/react-query';

import { api, body } from '../api/client';
import type { components } from '../api/schema';
import { useSignedIn } from './session';

export type Therapist = components['schemas']['Therapist'];

export const currentTherapistQuery = queryOptions({
  queryKey: ['auth', 'me'],
  queryFn: ({ signal }) => body(api.GET('/auth/me', { signal })),
  staleTime: 5 * 60_000,
});

/** The profile of who is signed in; undefined until it is there. */
export function useCurrentTherapist(): Therapist | undefined {
  const signedIn = useSignedIn();
  return useQuery({ ...currentTherapistQuery, enabled: signedIn }).data;
}

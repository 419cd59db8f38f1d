import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';
import { currentTherapistQuery } from '../../../auth/use-current-therapist';

export type ProfileChange = components['schemas']['PatchedTherapistRequest'];

export function useUpdateProfile() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: ProfileChange) => body(api.PATCH('/auth/me', { body: change })),
    onSuccess: (therapist) => { queryClient.setQueryData(currentTherapistQuery.queryKey, therapist); },
  });
}

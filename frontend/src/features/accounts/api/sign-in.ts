import { useMutation, useQueryClient } from '@tanstack/react-query';

import { signIn } from '../../../auth/session';
import { currentTherapistQuery } from '../../../auth/use-current-therapist';

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (therapist) => { queryClient.setQueryData(currentTherapistQuery.queryKey, therapist); },
  });
}

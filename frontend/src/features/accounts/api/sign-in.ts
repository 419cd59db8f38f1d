import { useMutation, useQueryClient } from '@tanstack/react-query';

import { signIn, type Credentials } from '../../../auth/session';
import { currentTherapistQuery } from '../../../auth/use-current-therapist';

export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) =>
      signIn(credentials, (therapist) => { queryClient.setQueryData(currentTherapistQuery.queryKey, therapist); }),
  });
}

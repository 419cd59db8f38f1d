import { useMutation } from '@tanstack/react-query';

import { api } from '../../../api/client';

export function useRequestPasswordReset() {
  return useMutation({ mutationFn: (email: string) => api.POST('/auth/password/reset', { body: { email } }) });
}

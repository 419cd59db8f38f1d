import { useMutation } from '@tanstack/react-query';

import { api } from '../../../api/client';
import type { components } from '../../../api/schema';

export function useConfirmPasswordReset() {
  return useMutation({
    mutationFn: (values: components['schemas']['PasswordResetConfirmRequest']) => api.POST('/auth/password/reset/confirm', { body: values }),
  });
}

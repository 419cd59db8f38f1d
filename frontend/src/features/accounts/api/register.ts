import { useMutation } from '@tanstack/react-query';

import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

export type Registration = components['schemas']['TherapistRegisterRequest'];

export function useRegister() {
  return useMutation({ mutationFn: (account: Registration) => body(api.POST('/auth/register', { body: account })) });
}

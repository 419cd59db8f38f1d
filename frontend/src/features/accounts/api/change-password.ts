import { useMutation } from '@tanstack/react-query';

import { setAccessToken } from '../../../api/access-token';
import { api, body } from '../../../api/client';
import type { components } from '../../../api/schema';

/** Every other visit ends; this one goes on with the new tokens. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (values: components['schemas']['PasswordChangeRequest']) =>
      body(api.POST('/auth/password', { body: values, params: { header: { 'X-Refresh-Cookie': '1' } } })),
    onSuccess: ({ access }) => { setAccessToken(access); },
  });
}

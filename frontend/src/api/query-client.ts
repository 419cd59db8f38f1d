import { QueryClient } from '@tanstack/react-query';

import { isApiError } from './errors';

const WORTH_A_RETRY = ['offline', 'internal_error', 'storage_unavailable'] as const;

/** Reads are tried again twice when that may help; writes never by themselves. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 2 && isApiError(error, ...WORTH_A_RETRY),
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';

import { setAccessToken } from '../api/access-token';
import { makeQueryClient } from '../api/query-client';
import { Providers } from '../app/providers';
import { makeRouter } from '../app/router';
import type { Therapist } from '../auth/use-current-therapist';
import { currentTherapistQuery } from '../auth/use-current-therapist';
import { setPreferences, type Language } from '../config/preferences';
import { loadLanguage } from '../i18n/provider';
import { makeTherapist } from './factories';

interface Options {
  language?: Language;
  /** null: nobody is signed in. */
  therapist?: Therapist | null;
}

async function prepare({ language = 'en', therapist = makeTherapist() }: Options) {
  setPreferences({ language });
  const queryClient = makeQueryClient();
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  if (therapist) {
    setAccessToken('test-token');
    queryClient.setQueryData(currentTherapistQuery.queryKey, therapist);
  }
  return { queryClient, initial: await loadLanguage(language), user: userEvent.setup() };
}

/** The whole app at an address: renderApp('/patients'). */
export async function renderApp(path = '/', options: Options = {}) {
  const { queryClient, initial, user } = await prepare(options);
  const router = makeRouter(queryClient, createMemoryHistory({ initialEntries: [`/app${path}`] }));
  const view = render(<Providers initial={initial} queryClient={queryClient} env="test"><RouterProvider router={router} /></Providers>);
  return { ...view, user, router, queryClient };
}

/** One component with everything around it but the router. */
export async function renderWith(element: ReactElement, options: Options = {}) {
  const { queryClient, initial, user } = await prepare(options);
  const view = render(<Providers initial={initial} queryClient={queryClient} env="test">{element}</Providers>);
  return { ...view, user, queryClient };
}

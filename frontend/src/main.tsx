import '@mantine/core/styles.css';
import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-500.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-sans/latin-ext-400.css';
import '@fontsource/ibm-plex-sans/latin-ext-600.css';
import '@fontsource/ibm-plex-sans-arabic/arabic-400.css';
import '@fontsource/ibm-plex-sans-arabic/arabic-500.css';
import '@fontsource/ibm-plex-sans-arabic/arabic-600.css';
import './app/tokens.css';
import './app/global.css';

import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';

import { makeQueryClient } from './api/query-client';
import { Providers } from './app/providers';
import { makeRouter } from './app/router';
import { restoreSession } from './auth/session';
import { styleNonce } from './config/nonce';
import { directionOf, loadLanguage } from './i18n/provider';

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (!root) return;
  // The style by which a dialog keeps the page behind it from scrolling.
  setNonce(styleNonce());
  const [initial] = await Promise.all([loadLanguage(), restoreSession()]);
  document.documentElement.lang = initial.language;
  document.documentElement.dir = directionOf(initial.language);
  const queryClient = makeQueryClient();
  const router = makeRouter(queryClient);
  createRoot(root).render(
    <Providers initial={initial} queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>,
  );
}

void start();

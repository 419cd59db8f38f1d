import { DirectionProvider, MantineProvider, useDirection, useMantineColorScheme } from '@mantine/core';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { StrictMode, useEffect, type ReactNode } from 'react';

import { useCurrentTherapist } from '../auth/use-current-therapist';
import { styleNonce } from '../config/nonce';
import { usePreferences } from '../config/preferences';
import { I18nProvider, directionOf, useI18n, type Loaded } from '../i18n/provider';
import { colorSchemeManager } from './color-scheme-manager';
import { cssVariablesResolver, theme } from './theme';

interface Props {
  initial: Loaded;
  queryClient: QueryClient;
  /** 'test' switches transitions and portals off. */
  env?: 'default' | 'test';
  children: ReactNode;
}

export function Providers({ initial, queryClient, env = 'default', children }: Props) {
  return (
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <DirectionProvider initialDirection={directionOf(initial.language)} detectDirection={false}>
          <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariablesResolver}
            colorSchemeManager={colorSchemeManager}
            defaultColorScheme="auto"
            getStyleNonce={styleNonce}
            env={env}
          >
            <ProfileI18n initial={initial}>{children}</ProfileI18n>
          </MantineProvider>
        </DirectionProvider>
      </QueryClientProvider>
    </StrictMode>
  );
}

function ProfileI18n({ initial, children }: { initial: Loaded; children: ReactNode }) {
  const therapist = useCurrentTherapist();
  return (
    <I18nProvider initial={initial} country={therapist?.country} timeZone={therapist?.time_zone}>
      <FollowPreferences />
      {children}
    </I18nProvider>
  );
}

/** Carries the language and the theme over to Mantine. */
function FollowPreferences() {
  const { direction } = useI18n();
  const { theme: wanted } = usePreferences();
  const { setDirection } = useDirection();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => { setDirection(direction); }, [direction, setDirection]);
  useEffect(() => { setColorScheme(wanted); }, [wanted, setColorScheme]);
  return null;
}

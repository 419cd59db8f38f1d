import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

import { onSignedOut } from '../auth/session';
import { LiveRegions } from '../components/live-region';
import { handleShortcut } from '../components/shortcuts';
import { wipeWork } from '../features/reports/kept-work';

/** What stands around every page: keys, live regions, and the way out when the visit ends. */
export function RootShell() {
  const router = useRouter();
  const queryClient = useQueryClient();

  useEffect(() => {
    window.addEventListener('keydown', handleShortcut);
    return () => { window.removeEventListener('keydown', handleShortcut); };
  }, []);

  useEffect(() => onSignedOut(() => {
    queryClient.clear();
    void wipeWork();
    void router.invalidate();
  }), [queryClient, router]);

  return (
    <>
      <Outlet />
      <LiveRegions />
    </>
  );
}

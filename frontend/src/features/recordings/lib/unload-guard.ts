import { useEffect } from 'react';

import { somethingUnsent } from './transfers';

/** Lets the browser ask before a tab closes that still has something to send. */
export function useUnloadGuard(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => { if (somethingUnsent()) event.preventDefault(); };
    window.addEventListener('beforeunload', ask);
    return () => { window.removeEventListener('beforeunload', ask); };
  }, []);
}

import type { ReactNode } from 'react';

import classes from './session-frame.module.css';

/** Cards one under the other. */
export function Stack({ children, flush = false }: { children: ReactNode; flush?: boolean }) {
  return <div className={classes.stack} data-flush={flush || undefined}>{children}</div>;
}

import type { ReactNode } from 'react';

import classes from './page-header.module.css';

interface Props {
  title: ReactNode;
  /** One line of facts under the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  /** `page` stands on the page, `band` on a surface of its own above it. */
  variant?: 'page' | 'band';
}

export function PageHeader({ title, meta, actions, variant = 'page' }: Props) {
  return (
    <header className={classes.header} data-variant={variant}>
      <div className={classes.words}>
        <h1 className={classes.title}>{title}</h1>
        {meta !== undefined && <p className={classes.meta}>{meta}</p>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}

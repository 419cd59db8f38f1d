import { useId, type ReactNode } from 'react';

import { useI18n } from '../i18n/provider';
import classes from './panel.module.css';

interface Props {
  title: string;
  count?: number;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page with its heading. The body brings its own padding. */
export function Card({ title, count, actions, children }: Props) {
  const { format } = useI18n();
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.cardHead}>
        <h2 id={id}>{title}</h2>
        {count !== undefined && <span className={classes.count}>{format.number(count)}</span>}
        <span className={classes.grow} />
        {actions}
      </div>
      {children}
    </section>
  );
}

import type { ReactNode } from 'react';

import { Icon, type IconName } from './icon';
import classes from './panel.module.css';

interface Props {
  icon?: IconName;
  children: ReactNode;
  action?: ReactNode;
}

/** Says in one sentence that nothing is there, and offers the next step. */
export function EmptyState({ icon, children, action }: Props) {
  return (
    <div className={classes.empty}>
      {icon && <Icon name={icon} size={20} />}
      <p className={classes.text}>{children}</p>
      {action}
    </div>
  );
}

import type { ReactNode } from 'react';

import { Icon, type IconName } from './icon';
import classes from './state-tag.module.css';

export type Tone = 'neutral' | 'primary' | 'risk' | 'warn' | 'ok' | 'info';

interface Props {
  icon: IconName;
  tone?: Tone;
  children: ReactNode;
}

/** A state: an icon and its word, never a hue alone. */
export function StateTag({ icon, tone = 'neutral', children }: Props) {
  return (
    <span className={classes.tag} data-tone={tone}>
      <Icon name={icon} size={14} />
      {children}
    </span>
  );
}

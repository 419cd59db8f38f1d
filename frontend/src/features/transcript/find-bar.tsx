import { ActionIcon, TextInput, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef } from 'react';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import classes from './transcript.module.css';
import type { Find } from './use-find';

interface Props {
  find: Find;
  onQuery: (query: string) => void;
  /** Which place is shown; -1 before the first. */
  at: number;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
}

export function FindBar({ find, onQuery, at, onStep, onClose }: Props) {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => { field.current?.focus(); }, []);
  const count = find.places.length;
  const words = count > 0 ? t('transcript.findCount', { at: at + 1, count }) : t('transcript.findNone');
  return (
    <div className={classes.find} role="search">
      <TextInput
        ref={field} className={classes.findField} size="xs" aria-label={t('transcript.findWords')} leftSection={<Icon name="search" size={14} />}
        value={find.query} onChange={(event) => { onQuery(event.target.value); }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className={classes.findCount} aria-hidden="true">{find.query.trim() && words}</span>
      <VisuallyHidden role="status">{find.query.trim() && words}</VisuallyHidden>
      <ActionIcon variant="subtle" disabled={count === 0} aria-label={t('transcript.findPrevious')} className={classes.up} onClick={() => { onStep(-1); }}><Icon name="chevronDown" /></ActionIcon>
      <ActionIcon variant="subtle" disabled={count === 0} aria-label={t('transcript.findNext')} onClick={() => { onStep(1); }}><Icon name="chevronDown" /></ActionIcon>
      <ActionIcon variant="subtle" aria-label={t('transcript.findClose')} onClick={onClose}><Icon name="close" /></ActionIcon>
    </div>
  );
}

import { Button, CloseButton, Paper } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { useI18n } from '../i18n/provider';
import { Icon } from './icon';
import classes from './undo-bar.module.css';

interface Offer {
  message: string;
  undo: () => void;
}

const SHOWN_MS = 20_000;
let offer: Offer | null = null;
const listeners = new Set<() => void>();

function set(next: Offer | null): void {
  offer = next;
  listeners.forEach((listener) => { listener(); });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says what was done and offers to take it back; stays over a change of page. */
export function offerUndo(message: string, undo: () => void): void {
  set({ message, undo });
}

export const dismissUndo = (): void => { set(null); };

/** Stands once in the layout. */
export function UndoBar() {
  const { t } = useI18n();
  const current = useSyncExternalStore(subscribe, () => offer);
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (!current || held) return;
    const timer = setTimeout(dismissUndo, SHOWN_MS);
    return () => { clearTimeout(timer); };
  }, [current, held]);

  return (
    <div role="status" className={classes.place}>
      {current && (
        <Paper
          className={classes.bar}
          onFocus={() => { setHeld(true); }}
          onBlur={() => { setHeld(false); }}
          onPointerEnter={() => { setHeld(true); }}
          onPointerLeave={() => { setHeld(false); }}
        >
          <span className={classes.message}>{current.message}</span>
          <Button size="xs" leftSection={<Icon name="undo" />} onClick={() => { dismissUndo(); current.undo(); }}>
            {t('components.undo')}
          </Button>
          <CloseButton aria-label={t('components.close')} onClick={dismissUndo} />
        </Paper>
      )}
    </div>
  );
}

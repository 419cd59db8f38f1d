import { useEffect, useRef } from 'react';

import { useI18n } from '../../i18n/provider';
import classes from './recording.module.css';

/** Black and still, so that the screen takes no part in the conversation. */
export function DarkScreen({ onLeave }: { onLeave: () => void }) {
  const { t } = useI18n();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    button.current?.focus();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, []);
  return <button ref={button} type="button" className={classes.dark} onClick={onLeave}>{t('recordings.darkLeave')}</button>;
}

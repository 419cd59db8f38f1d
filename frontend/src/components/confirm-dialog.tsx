import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type ReactNode, type SyntheticEvent } from 'react';

import { useI18n } from '../i18n/provider';
import classes from './confirm-dialog.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: string;
  /** What is removed, and that it cannot be undone. */
  children: ReactNode;
  confirmLabel: string;
  /** What has to be typed to go on; without it the button alone confirms. */
  typed?: { label: string; value: string };
  busy?: boolean;
  error?: string;
}

const same = (a: string, b: string) => a.trim().localeCompare(b.trim(), undefined, { sensitivity: 'accent' }) === 0;

/** For what cannot be undone. The button is never disabled: it says what is missing. */
export function ConfirmDialog(props: Props) {
  const { t } = useI18n();
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} closeButtonProps={{ 'aria-label': t('components.close') }}>
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({ onClose, onConfirm, children, confirmLabel, typed, busy = false, error }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (typed && !same(text, typed.value)) {
      setMissing(true);
      event.currentTarget.querySelector('input')?.focus();
      return;
    }
    onConfirm();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <div>{children}</div>
      {typed && (
        <TextInput
          label={typed.label}
          value={text}
          onChange={(event) => { setText(event.currentTarget.value); setMissing(false); }}
          error={missing ? t('components.typedDiffers') : undefined}
          autoComplete="off"
          data-autofocus
        />
      )}
      {error !== undefined && <p role="alert" className={classes.error}>{error}</p>}
      <div className={classes.buttons}>
        <Button onClick={onClose}>{t('components.cancel')}</Button>
        <Button type="submit" variant="filled" color="rose" loading={busy}>{confirmLabel}</Button>
      </div>
    </form>
  );
}

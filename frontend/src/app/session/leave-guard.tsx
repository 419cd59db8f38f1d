import { Button, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

import { somethingRecording } from '../../features/recordings/lib/transfers';
import { useI18n } from '../../i18n/provider';
import classes from '../../components/confirm-dialog.module.css';

/** A recording that runs is not left by accident. */
export function LeaveGuard() {
  const { t } = useI18n();
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: () => somethingRecording(), enableBeforeUnload: false, withResolver: true });
  return (
    <Modal opened={status === 'blocked'} onClose={() => { reset?.(); }} title={t('recordings.leaveTitle')} closeButtonProps={{ 'aria-label': t('components.close') }}>
      <div className={classes.form}>
        <p>{t('recordings.leaveText')}</p>
        <div className={classes.buttons}>
          <Button onClick={() => { proceed?.(); }}>{t('recordings.leave')}</Button>
          <Button variant="filled" onClick={() => { reset?.(); }} data-autofocus>{t('components.cancel')}</Button>
        </div>
      </div>
    </Modal>
  );
}

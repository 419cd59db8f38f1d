import { Button } from '@mantine/core';

import { errorKey } from '../../api/errors';
import { useCancelSession } from '../../features/sessions/api/cancel-session';
import { useI18n } from '../../i18n/provider';
import classes from './top-bar.module.css';

export function CancelWork({ sessionId }: { sessionId: string }) {
  const { t } = useI18n();
  const cancel = useCancelSession(sessionId);
  return (
    <>
      {cancel.error && <span role="alert" className={classes.note}>{t(errorKey(cancel.error))}</span>}
      <Button loading={cancel.isPending} onClick={() => { cancel.mutate(); }}>{t('sessions.cancelWork')}</Button>
    </>
  );
}

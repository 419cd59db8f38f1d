import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';

import { errorKey } from '../../api/errors';
import { signOut } from '../../auth/session';
import { Card } from '../../components/card';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import classes from './settings.module.css';

export function DevicesCard() {
  const { t } = useI18n();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: (_, scope) => { if (scope?.everywhere) announce(t('accounts.signedOutEverywhere')); },
  });
  return (
    <Card title={t('accounts.devices')}>
      <div className={classes.body}>
        <p className={classes.hint}>{t('accounts.everywhereHint')}</p>
        <div className={classes.foot}>
          <span role="alert" className={classes.error}>{leave.error && t(errorKey(leave.error))}</span>
          <Button onClick={() => { leave.mutate({}); }}>{t('accounts.signOutHere')}</Button>
          <Button loading={leave.isPending} onClick={() => { leave.mutate({ everywhere: true }); }}>{t('accounts.signOutEverywhere')}</Button>
        </div>
      </div>
    </Card>
  );
}

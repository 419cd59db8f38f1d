import { Button, PasswordInput } from '@mantine/core';

import { errorKey, isApiError } from '../../api/errors';
import { Card } from '../../components/card';
import { useI18n } from '../../i18n/provider';
import { useChangePassword } from './api/change-password';
import classes from './settings.module.css';
import { useFields } from './use-fields';

const EMPTY = { current_password: '', new_password: '' };

export function PasswordForm() {
  const { t } = useI18n();
  const change = useChangePassword();
  const { field, submit, setValues } = useFields({ initial: EMPTY, required: ['current_password', 'new_password'], error: change.error });
  const send = submit((values) => { change.mutate(values, { onSuccess: () => { setValues(EMPTY); } }); });
  const toggle = { 'aria-label': t('accounts.showPassword') };
  return (
    <Card title={t('accounts.changePassword')}>
      <form className={classes.body} onSubmit={send} noValidate>
        <div className={classes.fields}>
          <PasswordInput {...field('current_password')} dir="ltr" label={t('accounts.currentPassword')} autoComplete="current-password" visibilityToggleButtonProps={toggle} />
          <PasswordInput {...field('new_password')} dir="ltr" label={t('accounts.newPassword')} description={t('accounts.passwordHint')} inputWrapperOrder={['label', 'input', 'description', 'error']} autoComplete="new-password" visibilityToggleButtonProps={toggle} />
        </div>
        <div className={classes.foot}>
          <span role="status" className={classes.hint}>{change.isSuccess && t('accounts.passwordChanged')}</span>
          <span role="alert" className={classes.error}>{change.error && !isApiError(change.error, 'validation_error') && t(errorKey(change.error))}</span>
          <Button type="submit" loading={change.isPending}>{t('accounts.changePassword')}</Button>
        </div>
      </form>
    </Card>
  );
}

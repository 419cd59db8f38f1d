import { Button, PasswordInput } from '@mantine/core';

import { errorKey } from '../../api/errors';
import { useI18n } from '../../i18n/provider';
import classes from './account-frame.module.css';
import { useConfirmPasswordReset } from './api/confirm-password-reset';
import { useFields } from './use-fields';

/** Sets a new password with the two values of the e-mail. */
export function ResetPasswordForm({ uid, token }: { uid?: string; token?: string }) {
  const { t } = useI18n();
  const confirm = useConfirmPasswordReset();
  const { field, submit } = useFields({ initial: { new_password: '' }, required: ['new_password'], error: confirm.error });
  if (!uid || !token) return <p role="alert" className={classes.error}>{t('accounts.resetIncomplete')}</p>;
  if (confirm.isSuccess) return <p role="status" className={classes.note}>{t('accounts.resetDone')}</p>;
  return (
    <form className={classes.form} onSubmit={submit((values) => { confirm.mutate({ uid, token, ...values }); })} noValidate>
      <PasswordInput
        {...field('new_password')} dir="ltr" label={t('accounts.newPassword')} description={t('accounts.passwordHint')} autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('accounts.showPassword') }}
      />
      <div role="alert">{confirm.error && <p className={classes.error}>{t(errorKey(confirm.error))}</p>}</div>
      <Button type="submit" variant="filled" size="md" loading={confirm.isPending}>{t('accounts.setPassword')}</Button>
    </form>
  );
}

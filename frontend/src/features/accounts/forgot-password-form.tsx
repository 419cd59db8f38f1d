import { Button, TextInput } from '@mantine/core';

import { errorKey } from '../../api/errors';
import { useI18n } from '../../i18n/provider';
import classes from './account-frame.module.css';
import { useRequestPasswordReset } from './api/request-password-reset';
import { useFields } from './use-fields';

/** The answer is the same whether there is such an account or not. */
export function ForgotPasswordForm() {
  const { t } = useI18n();
  const request = useRequestPasswordReset();
  const { field, submit } = useFields({ initial: { email: '' }, required: ['email'], error: request.error });
  if (request.isSuccess) return <p role="status" className={classes.note}>{t('accounts.linkSent')}</p>;
  return (
    <form className={classes.form} onSubmit={submit(({ email }) => { request.mutate(email.trim()); })} noValidate>
      <p className={classes.hint}>{t('accounts.forgotHint')}</p>
      <TextInput {...field('email')} type="email" dir="ltr" label={t('accounts.email')} autoComplete="username" />
      <div role="alert">{request.error && <p className={classes.error}>{t(errorKey(request.error))}</p>}</div>
      <Button type="submit" variant="filled" size="md" loading={request.isPending}>{t('accounts.sendLink')}</Button>
    </form>
  );
}

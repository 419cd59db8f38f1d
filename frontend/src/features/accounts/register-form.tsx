import { Button, PasswordInput, TextInput } from '@mantine/core';

import { errorKey } from '../../api/errors';
import { usePreferences } from '../../config/preferences';
import { browserTimeZone } from '../../i18n/format';
import { useI18n } from '../../i18n/provider';
import classes from './account-frame.module.css';
import { useRegister } from './api/register';
import { useSignIn } from './api/sign-in';
import { useFields } from './use-fields';

/** Makes the account and signs in to it. */
export function RegisterForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useI18n();
  const { language } = usePreferences();
  const register = useRegister();
  const signIn = useSignIn();
  const { field, submit } = useFields({
    initial: { full_name: '', email: '', password: '' },
    required: ['full_name', 'email', 'password'],
    error: register.error,
  });
  const error = register.error ?? signIn.error;

  const send = submit((values) => {
    const account = { ...values, email: values.email.trim() };
    register.mutate({ ...account, language, time_zone: browserTimeZone() }, {
      onSuccess: () => { signIn.mutate({ email: account.email, password: account.password, remember: false }, { onSuccess: onSignedIn }); },
    });
  });

  return (
    <form className={classes.form} onSubmit={send} noValidate>
      <TextInput {...field('full_name')} label={t('accounts.fullName')} autoComplete="name" />
      <TextInput {...field('email')} type="email" dir="ltr" label={t('accounts.email')} autoComplete="username" />
      <PasswordInput
        {...field('password')} dir="ltr" label={t('accounts.password')} description={t('accounts.passwordHint')} autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('accounts.showPassword') }}
      />
      <div role="alert">{error && <p className={classes.error}>{t(errorKey(error))}</p>}</div>
      <Button type="submit" variant="filled" size="md" loading={register.isPending || signIn.isPending}>{t('accounts.createAccount')}</Button>
    </form>
  );
}

import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';

import { errorKey, isApiError } from '../../api/errors';
import { useI18n } from '../../i18n/provider';
import classes from './account-frame.module.css';
import { useSignIn } from './api/sign-in';

interface Props {
  onSignedIn: () => void;
}

/** E-mail and password; the code only once the server asks for it. */
export function SignInForm({ onSignedIn }: Props) {
  const { t } = useI18n();
  const sentence = useSignInError();
  const signIn = useSignIn();
  const [values, setValues] = useState({ email: '', password: '', otp: '', remember: false });
  const [codeAsked, setCodeAsked] = useState(false);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const change = (changed: Partial<typeof values>) => { setValues((old) => ({ ...old, ...changed })); };

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const empty = (['email', 'password', ...(codeAsked ? (['otp'] as const) : [])] as const).filter((name) => !values[name].trim());
    setMissing(empty);
    if (empty[0]) {
      event.currentTarget.querySelector<HTMLInputElement>(`[name=${empty[0]}]`)?.focus();
      return;
    }
    const { email, password, otp, remember } = values;
    signIn.mutate({ email: email.trim(), password, remember, ...(codeAsked && { otp: otp.trim() }) }, {
      onSuccess: onSignedIn,
      onError: (error) => { if (isApiError(error, 'otp_required')) setCodeAsked(true); },
    });
  };

  const error = signIn.error && !(isApiError(signIn.error, 'otp_required') && !values.otp) ? sentence(signIn.error) : null;
  const required = (name: string) => (missing.includes(name) ? t('accounts.required') : undefined);
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        name="email" type="email" required dir="ltr" label={t('accounts.email')} autoComplete="username" error={required('email')}
        value={values.email} onChange={(event) => { change({ email: event.currentTarget.value }); }}
      />
      <PasswordInput
        name="password" required dir="ltr" label={t('accounts.password')} autoComplete="current-password" error={required('password')}
        value={values.password} onChange={(event) => { change({ password: event.currentTarget.value }); }}
        visibilityToggleButtonProps={{ 'aria-label': t('accounts.showPassword') }}
      />
      {codeAsked && (
        <TextInput
          name="otp" required dir="ltr" inputMode="numeric" label={t('accounts.otp')} autoComplete="one-time-code" error={required('otp')}
          ref={(input) => { if (input && !values.otp) input.focus(); }}
          value={values.otp} onChange={(event) => { change({ otp: event.currentTarget.value }); }}
        />
      )}
      <Checkbox label={t('accounts.remember')} checked={values.remember} onChange={(event) => { change({ remember: event.currentTarget.checked }); }} />
      <div role="alert">{error !== null && <p className={classes.error}>{error}</p>}</div>
      <Button type="submit" variant="filled" size="md" loading={signIn.isPending}>{t('accounts.signIn')}</Button>
    </form>
  );
}

function useSignInError(): (error: unknown) => string {
  const { t, format } = useI18n();
  return (error) => {
    if (!isApiError(error, 'account_locked')) return t(errorKey(error));
    const seconds = error.problem.retry_after;
    if (typeof seconds !== 'number') return t('accounts.locked');
    return t('accounts.lockedUntil', { time: format.time(new Date(Date.now() + seconds * 1000)) });
  };
}

import { useState, type SyntheticEvent } from 'react';

import { fieldError } from '../../api/errors';
import { useI18n } from '../../i18n/provider';

const EMAIL = /^[^\s@]+@[^\s@]+$/;

interface Options<T> {
  initial: T;
  required: readonly (keyof T & string)[];
  /** The error of the call, for the server's words about a field. */
  error?: unknown;
}

/** The state of a small form: values, what is missing, and the server's words, by field. */
export function useFields<T extends Record<string, string>>({ initial, required, error }: Options<T>) {
  const i18n = useI18n();
  const { t } = i18n;
  const [values, setValues] = useState(initial);
  const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});

  const set = (name: keyof T & string, value: string) => {
    setValues((old) => ({ ...old, [name]: value }));
    setWrong((old) => ({ ...old, [name]: undefined }));
  };

  const field = (name: keyof T & string) => ({
    name,
    required: required.includes(name),
    value: values[name],
    onChange: (event: { currentTarget: { value: string } }) => { set(name, event.currentTarget.value); },
    error: wrong[name] ?? fieldError(error, name, i18n),
  });

  /** Goes on with `send` when all is filled in, otherwise to the first field that is not. */
  const submit = (send: (values: T) => void) => (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    for (const name of required) if (!values[name]?.trim()) found[name] = t('accounts.required');
    const email = values.email?.trim();
    if (email && !EMAIL.test(email)) found.email = t('accounts.emailInvalid');
    setWrong(found);
    const first = Object.keys(found)[0];
    if (first) event.currentTarget.querySelector<HTMLElement>(`[name=${first}]`)?.focus();
    else send(values);
  };

  return { values, setValues, set, field, submit };
}

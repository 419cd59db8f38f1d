import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';

import { newIdempotencyKey } from '../../api/client';
import { errorKey, fieldError, isApiError } from '../../api/errors';
import { RequiredLabel } from '../../components/required-label';
import { useI18n } from '../../i18n/provider';
import type { Patient } from './api/get-patient';
import { useSavePatient } from './api/save-patient';
import classes from './patient-form.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  onSaved: (patient: Patient) => void;
  /** The one to change; without it a new one is added. */
  patient?: Patient;
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;

export function PatientFormDialog(props: Props) {
  const { t } = useI18n();
  return (
    <Modal
      opened={props.opened} onClose={props.onClose} size="lg" closeOnClickOutside={false}
      title={t(props.patient ? 'patients.editTitle' : 'patients.addTitle')} closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <PatientForm {...props} />
    </Modal>
  );
}

function PatientForm({ onClose, onSaved, patient }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const save = useSavePatient(patient?.id);
  const [idempotencyKey, setIdempotencyKey] = useState(newIdempotencyKey);
  const form = useForm({
    initialValues: {
      full_name: patient?.full_name ?? '',
      date_of_birth: patient?.date_of_birth ?? '',
      pronouns: patient?.pronouns ?? '',
      gender: patient?.gender ?? '',
      email: patient?.email ?? '',
      phone: patient?.phone ?? '',
      external_id: patient?.external_id ?? '',
      notes: patient?.notes ?? '',
    },
    validate: {
      full_name: (value) => (value.trim() ? null : t('patients.required')),
      email: (value) => (value.trim() === '' || EMAIL.test(value.trim()) ? null : t('patients.emailInvalid')),
      date_of_birth: (value) => (value === '' || new Date(value) <= new Date() ? null : t('patients.bornInvalid')),
    },
    onSubmitPreventDefault: 'always',
  });
  type Field = keyof typeof form.values;
  const focus = (name: string) => { form.getInputNode(name)?.focus(); };

  const submit = form.onSubmit((values) => {
    const trimmed = { ...values, full_name: values.full_name.trim(), email: values.email.trim(), external_id: values.external_id.trim(), date_of_birth: values.date_of_birth || null };
    save.mutate({ values: trimmed, idempotencyKey }, {
      onSuccess: onSaved,
      onError: (error) => {
        if (isApiError(error, 'offline')) return;
        setIdempotencyKey(newIdempotencyKey());
        const wrong = (Object.keys(values) as Field[]).filter((name) => fieldError(error, name, i18n) !== undefined);
        form.setErrors(Object.fromEntries(wrong.map((name) => [name, fieldError(error, name, i18n)])));
        if (wrong[0]) focus(wrong[0]);
      },
    });
  }, (wrong) => { focus(Object.keys(wrong)[0] ?? 'full_name'); });

  const text = (name: Field) => ({ ...form.getInputProps(name), autoComplete: 'off' });
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput {...text('full_name')} label={<RequiredLabel>{t('patients.fullName')}</RequiredLabel>} maxLength={200} dir="auto" data-autofocus required />
      <div className={classes.fields}>
        <TextInput {...text('date_of_birth')} type="date" label={t('patients.born')} />
        <TextInput {...text('external_id')} label={t('patients.id')} maxLength={100} />
        <TextInput {...text('pronouns')} label={t('patients.pronouns')} maxLength={50} dir="auto" />
        <TextInput {...text('gender')} label={t('patients.gender')} maxLength={50} dir="auto" />
        <TextInput {...text('email')} type="email" label={t('patients.email')} maxLength={254} dir="ltr" />
        <TextInput {...text('phone')} type="tel" label={t('patients.phone')} maxLength={50} dir="ltr" />
      </div>
      <Textarea {...text('notes')} label={t('patients.notes')} description={t('patients.notesHint')} maxLength={20_000} dir="auto" rows={4} />
      <div role="alert">{save.error && <p className={classes.error}>{t('patients.notSaved', { reason: t(errorKey(save.error)) })}</p>}</div>
      <div className={classes.buttons}>
        <Button onClick={onClose}>{t('components.cancel')}</Button>
        <Button type="submit" variant="filled" loading={save.isPending}>{t('patients.save')}</Button>
      </div>
    </form>
  );
}

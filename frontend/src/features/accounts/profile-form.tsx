import { Button, NativeSelect, TextInput } from '@mantine/core';

import { errorKey } from '../../api/errors';
import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { useI18n } from '../../i18n/provider';
import { useUpdateProfile } from './api/update-profile';
import classes from './settings.module.css';
import { useFields } from './use-fields';

type Therapist = components['schemas']['Therapist'];
type NoteFormat = components['schemas']['NoteFormatEnum'];
const FORMATS: readonly NoteFormat[] = ['standard', 'soap', 'dap', 'birp', 'girp', 'pirp'];

/** The profile as printed in notes, and the format new notes start with. */
export function ProfileForm({ therapist }: { therapist: Therapist }) {
  const { t } = useI18n();
  const update = useUpdateProfile();
  const { field, submit } = useFields({
    initial: {
      full_name: therapist.full_name,
      credentials: therapist.credentials ?? '',
      specialization: therapist.specialization ?? '',
      license_number: therapist.license_number ?? '',
      clinic_name: therapist.clinic_name ?? '',
      country: therapist.country ?? '',
      time_zone: therapist.time_zone ?? 'UTC',
      note_format: therapist.note_format ?? 'standard',
    },
    required: ['full_name', 'time_zone'],
    error: update.error,
  });
  const send = submit((values) => {
    update.mutate({ ...values, country: values.country.trim().toUpperCase(), note_format: FORMATS.find((one) => one === values.note_format) });
  });
  return (
    <Card title={t('accounts.profile')}>
      <form className={classes.body} onSubmit={send} noValidate>
        <p className={classes.hint}>{t('accounts.profileHint')}</p>
        <div className={classes.fields}>
          <TextInput {...field('full_name')} label={t('accounts.fullName')} autoComplete="name" />
          <TextInput {...field('credentials')} label={t('accounts.credentials')} />
          <TextInput {...field('specialization')} label={t('accounts.specialization')} />
          <TextInput {...field('license_number')} label={t('accounts.license')} />
          <TextInput {...field('clinic_name')} label={t('accounts.clinic')} autoComplete="organization" />
          <TextInput {...field('country')} label={t('accounts.country')} maxLength={2} autoComplete="country" />
          <NativeSelect {...field('time_zone')} label={t('accounts.timeZone')} data={timeZones(therapist.time_zone ?? 'UTC')} />
          <NativeSelect
            {...field('note_format')}
            label={t('accounts.noteFormat')}
            data={FORMATS.map((value) => ({ value, label: t(`accounts.format.${value}`) }))}
          />
        </div>
        <div className={classes.foot}>
          <span role="status" className={classes.hint}>{update.isSuccess && t('accounts.saved')}</span>
          <span role="alert" className={classes.error}>{update.error && t('accounts.notSaved', { reason: t(errorKey(update.error)) })}</span>
          <Button type="submit" variant="filled" loading={update.isPending}>{t('accounts.save')}</Button>
        </div>
      </form>
    </Card>
  );
}

function timeZones(current: string): string[] {
  return [...new Set([current, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}

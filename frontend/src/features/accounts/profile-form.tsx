import { Button, NativeSelect, Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';

import { errorKey } from '../../api/errors';
import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { RequiredLabel } from '../../components/required-label';
import { useI18n } from '../../i18n/provider';
import { useUpdateProfile } from './api/update-profile';
import { byWords, countryOptions, timeZoneOptions } from './places';
import classes from './settings.module.css';
import { useFields } from './use-fields';

type Therapist = components['schemas']['Therapist'];
type NoteFormat = components['schemas']['NoteFormatEnum'];
const FORMATS: readonly NoteFormat[] = ['standard', 'soap', 'dap', 'birp', 'girp', 'pirp'];

/** The profile as printed in notes, and the format new notes start with. */
export function ProfileForm({ therapist }: { therapist: Therapist }) {
  const { t, format } = useI18n();
  const update = useUpdateProfile();
  const { values, field, set, submit } = useFields({
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
  const countries = useMemo(() => countryOptions(format.locale), [format.locale]);
  const zones = useMemo(() => timeZoneOptions(format.locale, therapist.time_zone ?? 'UTC'), [format.locale, therapist.time_zone]);
  const matching = useMemo(() => byWords(t('components.noMatch')), [t]);
  const send = submit((values) => {
    update.mutate({ ...values, note_format: FORMATS.find((one) => one === values.note_format) });
  });
  return (
    <Card title={t('accounts.profile')}>
      <form className={classes.body} onSubmit={send} noValidate>
        <p className={classes.hint}>{t('accounts.profileHint')}</p>
        <div className={classes.fields}>
          <TextInput {...field('full_name')} label={<RequiredLabel>{t('accounts.fullName')}</RequiredLabel>} autoComplete="name" />
          <TextInput {...field('credentials')} label={t('accounts.credentials')} />
          <TextInput {...field('specialization')} label={t('accounts.specialization')} />
          <TextInput {...field('license_number')} label={t('accounts.license')} />
          <TextInput {...field('clinic_name')} label={t('accounts.clinic')} autoComplete="organization" />
          <Select
            {...field('country')} value={values.country || null} onChange={(value) => { set('country', value ?? ''); }} label={t('accounts.country')} data={countries} filter={matching}
            searchable clearable clearButtonProps={{ 'aria-label': t('accounts.noCountry') }} autoComplete="off"
          />
          <Select
            {...field('time_zone')} onChange={(value) => { set('time_zone', value ?? ''); }} label={<RequiredLabel>{t('accounts.timeZone')}</RequiredLabel>} data={zones} filter={matching}
            searchable allowDeselect={false} autoComplete="off"
          />
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

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';

import { errorKey, fieldError } from '../../api/errors';
import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { RequiredLabel } from '../../components/required-label';
import { useI18n } from '../../i18n/provider';
import type { SessionChange } from './api/update-session';
import { languageOptions, MODALITIES, NOTE_FORMATS } from './choices';
import classes from './details.module.css';
import { useSavedFields } from './use-saved-fields';
import { clockOf, dayAfter, momentOf } from './zoned-time';

type Session = components['schemas']['Session'];

function valuesOf(session: Session, timeZone: string) {
  return {
    title: session.title,
    session_date: session.session_date,
    note_format: session.note_format,
    language: session.language,
    started: clockOf(session.started_at, timeZone),
    ended: clockOf(session.ended_at, timeZone),
    modality: session.modality as string,
    place: session.place,
    participants: session.participants,
    diagnosis: session.diagnosis,
  };
}
type Values = ReturnType<typeof valuesOf>;

/** What only the clinician knows; saved as it is typed. */
export function DetailsForm({ session, before }: { session: Session; before: boolean }) {
  const i18n = useI18n();
  const { t, tx, format } = i18n;
  const { timeZone } = format;
  const [values, setValues] = useState(() => valuesOf(session, timeZone));
  const { save, flush, error, saving, saved, at } = useSavedFields(session.id);

  const changeOf = (name: keyof Values, next: Values): SessionChange => {
    if (!['session_date', 'started', 'ended'].includes(name)) return { [name]: next[name] };
    if (!next.session_date) return {};
    const endDay = next.started && next.ended < next.started ? dayAfter(next.session_date) : next.session_date;
    return {
      session_date: next.session_date,
      started_at: next.started ? momentOf(next.session_date, next.started, timeZone) : null,
      ended_at: next.ended ? momentOf(endDay, next.ended, timeZone) : null,
    };
  };
  const field = (name: keyof Values, server: string = name) => ({
    name,
    value: values[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const next = { ...values, [name]: event.currentTarget.value };
      setValues(next);
      const change = changeOf(name, next);
      if (Object.keys(change).length > 0) save(change);
    },
    onBlur: flush,
    error: fieldError(error, server, i18n),
  });
  const reason = error ? t('sessions.notSaved', { reason: t(errorKey(error)) }) : '';
  return (
    <Card
      title={t(before ? 'sessions.details' : 'sessions.onlyYou')}
      actions={<span className={classes.state}>{saving ? t('sessions.saving') : saved && tx('sessions.savedAt', { time: <bdi>{format.time(new Date(at))}</bdi> })}</span>}
    >
      <div className={classes.body}>
        <p className={classes.hint}>{t('sessions.detailsHint')}</p>
        {error && <p role="alert" className={classes.error}>{reason} <Button size="xs" onClick={flush}>{t('components.tryAgain')}</Button></p>}
        <div className={classes.fields}>
          <TextInput {...field('title')} label={t('sessions.title')} maxLength={200} className={classes.wide} />
          <TextInput {...field('session_date')} label={<RequiredLabel>{t('sessions.date')}</RequiredLabel>} type="date" required />
          <NativeSelect {...field('note_format')} label={t('sessions.noteFormat')} data={NOTE_FORMATS.map((value) => ({ value, label: t(`sessions.format.${value}`) }))} />
          <TextInput {...field('started', 'started_at')} label={t('sessions.started')} type="time" />
          <TextInput {...field('ended', 'ended_at')} label={t('sessions.ended')} type="time" />
          <NativeSelect {...field('modality')} label={t('sessions.modality')} data={[{ value: '', label: t('sessions.notSaid') }, ...MODALITIES.map((value) => ({ value, label: t(`sessions.modality.${value}`) }))]} />
          <TextInput {...field('place')} label={t('sessions.place')} maxLength={200} />
          <NativeSelect {...field('language')} label={t('sessions.language')} className={classes.wide} data={languageOptions(format.locale, session.language, t('sessions.languageAuto'))} />
          <TextInput {...field('participants')} label={t('sessions.present')} maxLength={500} className={classes.wide} />
          <TextInput {...field('diagnosis')} label={t('sessions.diagnosis')} maxLength={500} className={classes.full} />
        </div>
      </div>
    </Card>
  );
}

import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode, type SyntheticEvent } from 'react';

import { newIdempotencyKey } from '../../api/client';
import { errorKey, fieldError } from '../../api/errors';
import type { components } from '../../api/schema';
import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { RequiredLabel } from '../../components/required-label';
import { useI18n } from '../../i18n/provider';
import { useCreateSession } from './api/create-session';
import classes from './new-session-dialog.module.css';

type NoteFormat = components['schemas']['NoteFormatEnum'];
const FORMATS: readonly NoteFormat[] = ['standard', 'soap', 'dap', 'birp', 'girp', 'pirp'];
const LANGUAGES = ['en', 'ar', 'de', 'es', 'fa', 'fr', 'he', 'hi', 'it', 'nl', 'pl', 'pt', 'ru', 'tr', 'uk', 'ur', 'zh'];
const AUTO = 'auto';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Goes to the session. */
  onCreated: (sessionId: string) => void;
  /** The patient, where it is known; otherwise `patientField` lets one be chosen. */
  patientId: string | null;
  patientField: (error: string | undefined) => ReactNode;
}

/** Makes a session without a recording yet. */
export function NewSessionDialog(props: Props) {
  const { t } = useI18n();
  return (
    <Modal
      opened={props.opened} onClose={props.onClose} title={t('dashboard.newSession')} closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <NewSessionForm {...props} />
    </Modal>
  );
}

function NewSessionForm({ onClose, onCreated, patientId, patientField }: Props) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const therapist = useCurrentTherapist();
  const create = useCreateSession();
  // One per opening: sending the same form again after a lost answer makes one session.
  const [idempotencyKey, setIdempotencyKey] = useState(newIdempotencyKey);
  const [title, setTitle] = useState('');
  const [date, setDate] = useState(() => dayIn(format.timeZone));
  const [noteFormat, setNoteFormat] = useState<NoteFormat | undefined>(undefined);
  const [language, setLanguage] = useState(AUTO);
  const [tried, setTried] = useState(false);
  const languages = useLanguageNames();

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (patientId === null || date === '') {
      event.currentTarget.querySelector<HTMLElement>(patientId === null ? 'input:not([type=hidden])' : 'input[type=date]')?.focus();
      return;
    }
    const values = { patient: patientId, session_date: date, title: title.trim(), note_format: noteFormat ?? therapist?.note_format, language };
    create.mutate({ values, idempotencyKey }, {
      onSuccess: (session) => { onCreated(session.id); },
      onError: (error) => { if (errorKey(error) !== 'errors.offline') setIdempotencyKey(newIdempotencyKey()); },
    });
  };

  const missing = (empty: boolean, words: string) => (tried && empty ? words : undefined);
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {patientField(missing(patientId === null, t('dashboard.new.needPatient')) ?? fieldError(create.error, 'patient', i18n))}
      <TextInput
        type="date" required label={<RequiredLabel>{t('dashboard.new.date')}</RequiredLabel>} value={date} onChange={(event) => { setDate(event.currentTarget.value); }}
        error={missing(date === '', t('dashboard.new.needDate')) ?? fieldError(create.error, 'session_date', i18n)}
      />
      <TextInput
        label={t('dashboard.new.title')} description={t('dashboard.new.titleHint')} maxLength={200} dir="auto" autoComplete="off"
        value={title} onChange={(event) => { setTitle(event.currentTarget.value); }} error={fieldError(create.error, 'title', i18n)}
      />
      <div className={classes.pair}>
        <NativeSelect
          label={t('dashboard.new.format')} value={noteFormat ?? therapist?.note_format ?? 'standard'}
          onChange={(event) => { const chosen = event.currentTarget.value; setNoteFormat(FORMATS.find((one) => one === chosen)); }}
          data={FORMATS.map((value) => ({ value, label: t(`accounts.format.${value}`) }))}
          error={fieldError(create.error, 'note_format', i18n)}
        />
        <NativeSelect
          label={t('dashboard.new.language')} value={language} onChange={(event) => { setLanguage(event.currentTarget.value); }}
          data={[{ value: AUTO, label: t('dashboard.new.auto') }, ...languages]} error={fieldError(create.error, 'language', i18n)}
        />
      </div>
      <div role="alert">{create.error && <p className={classes.error}>{t('dashboard.new.failed', { reason: t(errorKey(create.error)) })}</p>}</div>
      <div className={classes.buttons}>
        <Button onClick={onClose}>{t('components.cancel')}</Button>
        <Button type="submit" variant="filled" loading={create.isPending}>{t('dashboard.new.create')}</Button>
      </div>
    </form>
  );
}

/** Today as YYYY-MM-DD where the therapist is. */
function dayIn(timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date());
}

function useLanguageNames() {
  const { format } = useI18n();
  return useMemo(() => {
    const names = new Intl.DisplayNames(format.locale, { type: 'language' });
    return LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, format.locale));
  }, [format.locale]);
}

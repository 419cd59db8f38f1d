import { Button, Textarea, TextInput } from '@mantine/core';
import { useRef, useState, type SyntheticEvent } from 'react';

import { newIdempotencyKey } from '../../api/client';
import { errorKey } from '../../api/errors';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { useAddAddendum } from './api/add-addendum';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** What was added after signing, and the form for more. */
export function Addenda() {
  const { t, format } = useI18n();
  const { report, session } = useReportScope();
  const [writing, setWriting] = useState(false);
  return (
    <section className={classes.addenda} aria-label={t('reports.addenda')}>
      <div className={classes.sectionHead}>
        <h3>{t('reports.addenda')}</h3>
        <span className={classes.grow} />
        {!writing && <Button leftSection={<Icon name="add" />} onClick={() => { setWriting(true); }}>{t('reports.addAddendum')}</Button>}
      </div>
      {report.addenda.map((addendum) => (
        <article key={addendum.id} className={classes.addendum}>
          <p className={classes.meta}>
            {t('reports.addendumBy', {
              who: addendum.author_credentials ? t('reports.nameAndCredentials', { name: addendum.author, credentials: addendum.author_credentials }) : addendum.author,
              time: format.dateTime(addendum.created_at),
            })}
          </p>
          <p className={classes.reason} dir="auto">{addendum.reason}</p>
          <p dir="auto" className={classes.readText}>{addendum.text}</p>
        </article>
      ))}
      {report.addenda.length === 0 && !writing && <p className={classes.quiet}>{t('reports.noAddenda')}</p>}
      {writing && <AddendumForm sessionId={session.id} onDone={() => { setWriting(false); }} />}
    </section>
  );
}

function AddendumForm({ sessionId, onDone }: { sessionId: string; onDone: () => void }) {
  const { t } = useI18n();
  const [fields, setFields] = useState({ reason: '', text: '' });
  const [checked, setChecked] = useState(false);
  // The same one when it is sent again after a lost answer.
  const [key] = useState(newIdempotencyKey);
  const form = useRef<HTMLFormElement>(null);
  const add = useAddAddendum(sessionId);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setChecked(true);
    const missing = fields.reason.trim() ? (fields.text.trim() ? null : 'textarea') : 'input';
    if (missing) {
      form.current?.querySelector<HTMLElement>(missing)?.focus();
      return;
    }
    add.mutate({ ...fields, key }, { onSuccess: () => { announce(t('reports.addendumAdded')); onDone(); } });
  };
  const needed = (value: string) => (checked && !value.trim() ? t('reports.required') : undefined);
  return (
    <form ref={form} onSubmit={submit} className={classes.addForm}>
      <TextInput label={t('reports.addendumReason')} value={fields.reason} error={needed(fields.reason)} autoComplete="off" onChange={(event) => { setFields({ ...fields, reason: event.currentTarget.value }); }} />
      <Textarea label={t('reports.addendumText')} value={fields.text} error={needed(fields.text)} minRows={3} autosize onChange={(event) => { setFields({ ...fields, text: event.currentTarget.value }); }} />
      {add.error && <p role="alert" className={classes.problem}>{t(errorKey(add.error))}</p>}
      <span className={classes.decideButtons}>
        <Button variant="subtle" color="gray" onClick={onDone}>{t('components.cancel')}</Button>
        <Button type="submit" loading={add.isPending}>{t('reports.addAddendum')}</Button>
      </span>
    </form>
  );
}

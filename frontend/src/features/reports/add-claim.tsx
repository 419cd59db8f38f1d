import { Button, Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type SyntheticEvent } from 'react';

import { useI18n } from '../../i18n/provider';
import { placeOf } from './note-sections';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

interface Props {
  name: string;
  title: string;
  onDone: () => void;
}

/** A sentence of the clinician's own at the end of a section. */
export function AddClaim({ name, title, onDone }: Props) {
  const { t } = useI18n();
  const { saver } = useReportScope();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { field.current?.focus(); }, []);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim()) saver.add({ kind: 'add', ...placeOf(name), text: text.trim() });
    onDone();
  };
  return (
    <form onSubmit={submit} className={classes.addForm}>
      <Textarea
        ref={field}
        label={t('reports.addTo', { section: title })}
        value={text}
        maxLength={5000}
        autosize
        dir="auto"
        onChange={(event) => { setText(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
        }}
      />
      <span className={classes.decideButtons}>
        <Button variant="subtle" color="gray" onClick={onDone}>{t('components.cancel')}</Button>
        <Button type="submit">{t('reports.addDone')}</Button>
      </span>
    </form>
  );
}

import { Button, Textarea } from '@mantine/core';
import { useRef, useState, type SyntheticEvent } from 'react';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import { placeOf } from './note-sections';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** A sentence of the clinician's own at the end of a section. */
export function AddClaim({ name, title }: { name: string; title: string }) {
  const { t } = useI18n();
  const { saver } = useReportScope();
  const [text, setText] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setText(null);
    setTimeout(() => { button.current?.focus(); }, 0);
  };
  const submit = (event?: SyntheticEvent) => {
    event?.preventDefault();
    if (text?.trim()) saver.add({ kind: 'add', ...placeOf(name), text: text.trim() });
    close();
  };
  if (text === null) {
    return (
      <Button ref={button} variant="subtle" color="gray" size="xs" className={classes.add} leftSection={<Icon name="add" size={14} />} onClick={() => { setText(''); }} aria-label={t('reports.addTo', { section: title })}>
        {t('reports.add')}
      </Button>
    );
  }
  return (
    <form onSubmit={submit} className={classes.addForm}>
      <Textarea
        label={t('reports.addTo', { section: title })}
        value={text}
        maxLength={5000}
        autosize
        data-autofocus
        ref={(element) => { if (element && !element.dataset.focused) { element.dataset.focused = '1'; element.focus(); } }}
        onChange={(event) => { setText(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
        }}
      />
      <span className={classes.decideButtons}>
        <Button type="submit">{t('reports.addDone')}</Button>
        <Button variant="subtle" color="gray" onClick={close}>{t('components.cancel')}</Button>
      </span>
    </form>
  );
}

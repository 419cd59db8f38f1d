import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

import { useI18n } from '../../i18n/provider';
import classes from './transcript.module.css';

interface Props {
  text: string;
  label: string;
  saving: boolean;
  onSave: (text: string) => void;
  onCancel: () => void;
  /** Characters of the text before the cut. */
  onSplit?: (text: string, at: number) => void;
}

/** The words of a turn while they are changed: same place, same size. */
export function TurnEditor({ text, label, saving, onSave, onCancel, onSplit }: Props) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);
  useLayoutEffect(() => {
    // For browsers without field-sizing.
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight.toString()}px`;
  }, [draft]);
  const save = () => { onSave(draft.trim()); };
  return (
    <>
      <textarea
        ref={field}
        className={classes.field}
        rows={1}
        maxLength={10_000}
        aria-label={label}
        value={draft}
        readOnly={saving}
        aria-busy={saving}
        onChange={(event) => { setDraft(event.target.value.replaceAll('\n', ' ')); }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key === 'Escape') onCancel();
          else if (!saving) save();
        }}
      />
      <span className={classes.tools}>
        <Button size="compact-xs" loading={saving} onClick={save}>{t('components.save')}</Button>
        <Button size="compact-xs" variant="subtle" onClick={onCancel}>{t('components.cancel')}</Button>
        {onSplit && (
          <Button size="compact-xs" variant="subtle" disabled={saving} onClick={() => { onSplit(draft, field.current?.selectionStart ?? 0); }}>{t('transcript.splitHere')}</Button>
        )}
        <span>{t('transcript.editHint')}</span>
      </span>
    </>
  );
}

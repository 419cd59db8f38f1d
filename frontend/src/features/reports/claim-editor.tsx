import { Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';

import { useI18n } from '../../i18n/provider';
import { claimSelector, refocus } from './go-to-point';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { Claim } from './types';

/** The sentence in place; saves by itself while it is written. Enter ends it, Esc brings the old words back. */
export function ClaimEditor({ claim }: { claim: Claim }) {
  const { t } = useI18n();
  const { saver, setEditing } = useReportScope();
  const [base] = useState(claim.text);
  const [text, setText] = useState(claim.text);
  const [empty, setEmpty] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const ended = useRef(false);

  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);

  const write = (next: string) => {
    setText(next);
    setEmpty(false);
    if (next.trim()) saver.add({ kind: 'text', id: claim.id, text: next.trim(), base });
  };
  const end = (focus: boolean) => {
    if (ended.current) return;
    ended.current = true;
    const words = text.trim();
    if (words && words !== base) {
      saver.remember(
        { kind: 'text', id: claim.id, text: words, base },
        { kind: 'text', id: claim.id, text: base, base: words },
      );
    }
    saver.flush();
    setEditing(null);
    if (focus) refocus(claimSelector(claim.id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (text.trim()) end(true);
      else setEmpty(true);
    }
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (text.trim() !== base) saver.add({ kind: 'text', id: claim.id, text: base, base });
      ended.current = true;
      saver.flush();
      setEditing(null);
      refocus(claimSelector(claim.id));
    }
  };
  return (
    <Textarea
      ref={field}
      className={classes.editor}
      classNames={{ input: classes.editorInput }}
      aria-label={t('reports.editLabel')}
      value={text}
      maxLength={5000}
      autosize
      dir="auto"
      error={empty ? t('reports.emptySentence') : undefined}
      onChange={(event) => { write(event.currentTarget.value); }}
      onKeyDown={onKeyDown}
      onBlur={() => { end(false); }}
    />
  );
}

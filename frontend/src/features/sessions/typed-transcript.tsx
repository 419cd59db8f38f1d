import { Button, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';

import { errorKey, fieldError } from '../../api/errors';
import { Card } from '../../components/card';
import { useI18n } from '../../i18n/provider';
import { useTypeTranscript } from './api/type-transcript';
import classes from './stages.module.css';

interface Props {
  sessionId: string;
  onClose: () => void;
}

/** What was said, typed or pasted, in place of a recording. */
export function TypedTranscript({ sessionId, onClose }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const send = useTypeTranscript(sessionId);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setMissing(!text.trim());
    if (text.trim()) send.mutate({ text }, { onSuccess: onClose });
    else event.currentTarget.querySelector('textarea')?.focus();
  };
  return (
    <Card title={t('sessions.typeTitle')}>
      <form className={classes.body} onSubmit={submit}>
        <Textarea
          label={t('sessions.typeLabel')}
          description={t('sessions.typeHint')}
          dir="auto"
          rows={12}
          resize="vertical"
          value={text}
          onChange={(event) => { setText(event.currentTarget.value); setMissing(false); }}
          error={missing ? t('sessions.typeMissing') : fieldError(send.error, 'text', i18n)}
        />
        {send.error && <p role="alert" className={classes.error}>{t(errorKey(send.error))}</p>}
        <div className={classes.buttons}>
          <Button type="submit" variant="filled" loading={send.isPending}>{t('sessions.typeSend')}</Button>
          <Button onClick={onClose}>{t('components.cancel')}</Button>
        </div>
      </form>
    </Card>
  );
}

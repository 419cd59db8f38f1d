import { Button } from '@mantine/core';
import { useEffect } from 'react';

import { errorKey } from '../../api/errors';
import type { components } from '../../api/schema';
import { Card } from '../../components/card';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import { useRetrySession } from './api/retry-session';
import { hasSound, hasTranscript } from './session-state';
import classes from './stages.module.css';

interface Props {
  session: components['schemas']['Session'];
  onSendFile: () => void;
  onType: () => void;
}

/** Which stage, what happened, what is safe, what to do. */
export function FailedCard({ session, onSendFile, onType }: Props) {
  const { t, tx, has } = useI18n();
  const retry = useRetrySession(session.id);
  const { error } = session;
  const stage = error?.stage ?? 'transcription';
  const code = error?.code ?? 'internal_error';
  const title = t(code === 'cancelled' ? `sessions.cancelled.${stage}` : `sessions.failed.${stage}`);
  const key = `errors.${code}`;
  const what = has(key) ? t(key) : t('errors.internal_error');
  const [sound, words] = [hasSound(session), hasTranscript(session)];
  const safe = sound && words ? t('sessions.safe.both') : words ? t('sessions.safe.transcript') : sound ? t('sessions.safe.recording') : '';
  useEffect(() => { announce(`${title} ${safe}`, 'assertive'); }, [title, safe]);
  const retryFirst = error?.retryable ?? true;
  return (
    <Card title={title}>
      <div className={classes.body}>
        <p>{what}{code === 'no_speech' && ` ${t('sessions.noSpeechNext')}`}</p>
        {safe && <p>{safe}</p>}
        <div className={classes.buttons}>
          {retryFirst && <Button variant="filled" loading={retry.isPending} onClick={() => { retry.mutate(); }}>{t('components.tryAgain')}</Button>}
          {stage === 'transcription' && <Button variant={retryFirst ? 'default' : 'filled'} onClick={onSendFile}>{t('sessions.sendAgain')}</Button>}
          {stage === 'transcription' && <Button onClick={onType}>{t('sessions.typeInstead')}</Button>}
        </div>
        {retry.error && <p role="alert" className={classes.error}>{t(errorKey(retry.error))}</p>}
        <p className={classes.code}>{tx('sessions.code', { code: <bdi>{code}</bdi> })}</p>
      </div>
    </Card>
  );
}

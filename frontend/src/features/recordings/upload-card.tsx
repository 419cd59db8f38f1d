import { Button, Progress } from '@mantine/core';
import { useEffect, useRef, useSyncExternalStore } from 'react';

import { errorKey } from '../../api/errors';
import { announce } from '../../components/live-region';
import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import type { Session } from './api/complete-upload';
import classes from './capture.module.css';
import { cancelUpload, isRefused, sendFile, sendsRecording } from './lib/transfers';
import type { UploadTask } from './lib/upload-task';

interface Props {
  task: UploadTask;
  owner: string;
  onStored: (session: Session) => void;
}

/** Percent, time left, Pause; what stopped it and what is safe. */
export function UploadCard({ task, owner, onStored }: Props) {
  const { t, format } = useI18n();
  const { phase, sent, size, secondsLeft, error } = useSyncExternalStore(task.subscribe, task.snapshot);
  const input = useRef<HTMLInputElement>(null);
  const refused = phase === 'failed' && isRefused(error) && !sendsRecording(task);
  const share = size > 0 ? sent / size : 0;
  const percent = format.percent(Math.floor(share * 100) / 100);
  const sentence = {
    sending: secondsLeft === null ? '' : t('recordings.timeLeft', { duration: format.duration(secondsLeft) }),
    paused: t('recordings.paused', { percent }),
    offline: t('recordings.offlineAt', { percent }),
    finishing: t('recordings.finishing'),
    done: '', failed: '', cancelled: '',
  }[phase];
  useEffect(() => {
    if (phase === 'offline' || phase === 'paused' || phase === 'finishing') announce(sentence);
    // Only a change of phase is said, not each percent.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [phase]);
  return (
    <section className={classes.card} aria-label={t('recordings.sending')}>
      <div className={classes.cardTop}>
        <Icon name={phase === 'offline' ? 'offline' : phase === 'failed' ? 'warning' : 'upload'} size={20} />
        <h2 className={classes.fileName}>{!refused && <>{t('recordings.sending')} </>}<bdi>{task.source.filename}</bdi></h2>
        {!refused && <span className={classes.percent}>{percent}</span>}
      </div>
      {!refused && <Progress value={share * 100} aria-label={t('recordings.sending')} color={phase === 'failed' || phase === 'offline' ? 'amber' : 'harbour'} transitionDuration={0} />}
      {!refused && <p className={classes.facts}>
        <span>{t('recordings.sentOf', { sent: format.bytes(sent), size: format.bytes(size) })}</span>
        <span>{sentence}</span>
      </p>}
      {phase === 'failed' && (
        <div role="alert" className={classes.failure}>
          <p><strong>{t('recordings.uploadFailed')}</strong> {t(errorKey(error))} {sendsRecording(task) && t('recordings.recordingSafe')}</p>
        </div>
      )}
      <div className={classes.buttons}>
        {(phase === 'sending' || phase === 'offline') && <Button leftSection={<Icon name="pause" />} onClick={() => { task.pause(); }}>{t('recordings.pause')}</Button>}
        {phase === 'paused' && <Button variant="filled" onClick={() => { task.start(); }}>{t('recordings.resume')}</Button>}
        {phase === 'failed' && (
          <>
            {!refused && <Button variant="filled" onClick={() => { task.start(); }}>{t('recordings.tryAgain')}</Button>}
            <Button variant={refused ? 'filled' : undefined} onClick={() => input.current?.click()}>{t('recordings.chooseOther')}</Button>
            <input
              ref={input} type="file" accept="audio/*,video/*" hidden aria-label={t('recordings.chooseOther')}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file) void cancelUpload(task).then(() => sendFile(task.sessionId, owner, file, onStored));
              }}
            />
          </>
        )}
        {phase !== 'finishing' && <Button onClick={() => { void cancelUpload(task); }}>{t('recordings.cancelUpload')}</Button>}
      </div>
      {!refused && <p className={classes.hint}>{t('recordings.resumable')}</p>}
    </section>
  );
}

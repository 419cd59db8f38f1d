import { Button } from '@mantine/core';
import { useId, useRef, useState, type DragEvent } from 'react';

import { Icon } from '../../components/icon';
import { useI18n } from '../../i18n/provider';
import type { Session } from './api/complete-upload';
import classes from './capture.module.css';
import { canRecord } from './lib/recorder';
import { record, sendFile } from './lib/transfers';

const ACCEPT = 'audio/*,video/*,.m4a,.mp3,.wav,.ogg,.opus,.mp4,.webm,.flac,.aac';

interface Props {
  sessionId: string;
  owner: string;
  onStored: (session: Session) => void;
}

/** Drop area and Record, equal in size. */
export function StartArea({ sessionId, owner, onStored }: Props) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [several, setSeveral] = useState(false);
  const [fileTitle, recordTitle] = [useId(), useId()];
  const take = (files: FileList | null) => {
    setOver(false);
    const [file] = files ?? [];
    setSeveral((files?.length ?? 0) > 1);
    if (file && files?.length === 1) void sendFile(sessionId, owner, file, onStored);
  };
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={classes.ways}>
      {/* Dropping is a second way to what the button does. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above */}
      <section
        className={classes.drop}
        aria-labelledby={fileTitle}
        data-over={over || undefined}
        onDragEnter={drag}
        onDragOver={drag}
        onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false); }}
        onDrop={(event) => { event.preventDefault(); take(event.dataTransfer.files); }}
      >
        <Icon name="upload" size={20} />
        <h2 id={fileTitle} className={classes.wayTitle}>{t('recordings.drop')}</h2>
        <p className={classes.hint}>{t('recordings.dropHint')}</p>
        {several && <p role="alert" className={classes.problem}>{t('recordings.oneFile')}</p>}
        <Button onClick={() => input.current?.click()}>{t('recordings.choose')}</Button>
        <input
          ref={input}
          type="file"
          accept={ACCEPT}
          hidden
          aria-label={t('recordings.choose')}
          onChange={(event) => { take(event.currentTarget.files); event.currentTarget.value = ''; }}
        />
      </section>
      <section className={classes.way} aria-labelledby={recordTitle}>
        <Icon name="mic" size={20} />
        <h2 id={recordTitle} className={classes.wayTitle}>{t('recordings.record')}</h2>
        <p className={classes.hint}>{t(canRecord() ? 'recordings.recordHint' : 'recordings.cannotRecord')}</p>
        {canRecord() && (
          <Button onClick={() => { void record(sessionId, owner); }}>{t('recordings.startRecording')}</Button>
        )}
      </section>
    </div>
  );
}

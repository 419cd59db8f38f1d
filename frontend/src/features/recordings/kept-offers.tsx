import { Button } from '@mantine/core';
import { useId, useRef, useState } from 'react';

import { ConfirmDialog } from '../../components/confirm-dialog';
import { Icon } from '../../components/icon';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { Session } from './api/complete-upload';
import classes from './capture.module.css';
import { canJoin } from './lib/join-takes';
import type { Kept } from './lib/kept-store';
import { dropKept, record, sendFile, sendKept } from './lib/transfers';

interface Props {
  kept: Kept[];
  owner: string;
  onStored: (session: Session) => void;
  onChange: () => void;
}

/** What a crash or a closed tab left behind, to be continued, sent or removed. */
export function KeptOffers({ kept, owner, onStored, onChange }: Props) {
  return kept.map((one) => <KeptOffer key={one.id} kept={one} owner={owner} onStored={onStored} onChange={onChange} />);
}

function KeptOffer({ kept, owner, onStored, onChange }: Omit<Props, 'kept'> & { kept: Kept }) {
  const { t, tx, format } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [asking, setAsking] = useState(false);
  const recorded = kept.kind === 'recording';
  const whole = recorded || kept.file instanceof Blob;
  const mayContinue = recorded && !kept.ended && canJoin(kept.mediaType);
  const text = recorded
    ? tx(mayContinue ? 'recordings.keptRecording' : 'recordings.keptRecordingEnded', { duration: format.duration(kept.ms / 1000), time: <Time value={kept.startedAt} kind="time" /> })
    : tx(whole ? 'recordings.keptFile' : 'recordings.keptFileGone', { name: <bdi>{kept.filename}</bdi> });
  return (
    <section className={classes.kept} aria-labelledby={id}>
      <Icon name={recorded ? 'mic' : 'upload'} size={20} />
      <p id={id}>{text}</p>
      <div className={classes.buttons}>
        {whole && (
          <Button variant="filled" onClick={() => { void sendKept(kept, onStored).then((sent) => { if (!sent) onChange(); }); }}>
            {t(recorded ? 'recordings.send' : 'recordings.goOn')}
          </Button>
        )}
        {!whole && <Button variant="filled" onClick={() => input.current?.click()}>{t('recordings.choose')}</Button>}
        {!whole && (
          <input
            ref={input} type="file" hidden aria-label={t('recordings.choose')}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void sendFile(kept.sessionId, owner, file, onStored);
            }}
          />
        )}
        {mayContinue && <Button onClick={() => { void record(kept.sessionId, owner, { kept }); }}>{t('recordings.continue')}</Button>}
        <Button variant="subtle" onClick={() => { setAsking(true); }}>{t('recordings.discard')}</Button>
      </div>
      <ConfirmDialog
        opened={asking}
        onClose={() => { setAsking(false); }}
        onConfirm={() => { setAsking(false); void dropKept(kept).then(onChange); }}
        title={t('recordings.discardTitle')}
        confirmLabel={t('recordings.discard')}
      >
        {t('recordings.discardText')}
      </ConfirmDialog>
    </section>
  );
}

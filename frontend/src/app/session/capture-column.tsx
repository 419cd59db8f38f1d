import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';

import type { components } from '../../api/schema';
import { Icon } from '../../components/icon';
import { paths } from '../../config/paths';
import { CaptureArea } from '../../features/recordings/capture-area';
import { useTransfer } from '../../features/recordings/lib/transfers';
import { ConsentLine } from '../../features/sessions/consent-line';
import { TypedTranscript } from '../../features/sessions/typed-transcript';
import { useI18n } from '../../i18n/provider';
import classes from './capture-column.module.css';
import type { Replacing } from './replacing';
import { Stack } from './stack';

type Session = components['schemas']['Session'];

interface Props {
  session: Session;
  owner: string;
  replacing: Replacing;
  onReplacing: (what: Replacing) => void;
  onStored: (session: Session) => void;
}

/** How words come into the session: file, microphone, or typed. */
export function CaptureColumn({ session, owner, replacing, onReplacing, onStored }: Props) {
  const { t } = useI18n();
  const { task } = useTransfer(session.id);
  const consents = <Link to={paths.patient} params={{ patientId: session.patient }}>{t('sessions.consentAdd')}</Link>;
  if (replacing === 'text' && !task) {
    return <Stack><TypedTranscript sessionId={session.id} onClose={() => { onReplacing(null); }} /></Stack>;
  }
  const present = session.status !== 'created';
  return (
    <Stack>
      {present && !task && (
        <section className={classes.replace} aria-labelledby="replace-title">
          <div>
            <h2 id="replace-title">{t('recordings.replaceTitle')}</h2>
            <p>{t('recordings.replaceText')}</p>
          </div>
          <Button onClick={() => { onReplacing(null); }}>{t('recordings.keepPresent')}</Button>
        </section>
      )}
      <ConsentLine session={session} add={consents} />
      <CaptureArea sessionId={session.id} owner={owner} onStored={onStored} />
      {!task && (
        <p className={classes.typed}>
          <Button variant="subtle" leftSection={<Icon name="pen" />} onClick={() => { onReplacing('text'); }}>{t('sessions.typeOffer')}</Button>
        </p>
      )}
    </Stack>
  );
}

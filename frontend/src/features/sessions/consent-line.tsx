import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { components } from '../../api/schema';
import { Icon } from '../../components/icon';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { consentsQuery } from './api/consents-query';
import classes from './details.module.css';

interface Props {
  session: components['schemas']['Session'];
  /** A link to where consents are recorded. */
  add: ReactNode;
}

/** Whether the patient agreed to being recorded and to drafting; said before anything is sent. */
export function ConsentLine({ session, add }: Props) {
  const { t, tx } = useI18n();
  const { data } = useQuery(consentsQuery(session.patient));
  const { record, ai_processing: drafting } = data ?? {};
  if (!record || !drafting) return <p className={classes.consent}>&nbsp;</p>;
  const missing = !record.granted ? t('sessions.consentMissing', { name: session.patient_name })
    : !drafting.granted ? t('sessions.consentAiMissing', { name: session.patient_name }) : null;
  if (missing) return <p className={classes.consent} data-missing><Icon name="warning" /><span>{missing} {add}</span></p>;
  return (
    <p className={classes.consent}>
      <Icon name="shield" />
      <span>{record.recorded_at ? tx('sessions.consentGiven', { date: <Time value={record.recorded_at} kind="date" /> }) : t('sessions.consentAssumed')}</span>
    </p>
  );
}

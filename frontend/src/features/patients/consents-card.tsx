import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { Card } from '../../components/card';
import { ErrorPanel } from '../../components/error-panel';
import { Icon } from '../../components/icon';
import { SkeletonRows } from '../../components/skeleton-rows';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import { consentsQuery, type Consent } from './api/get-consents';
import { ConsentsDialog } from './consents-dialog';
import classes from './patient.module.css';
import { SCOPES } from './scopes';

/** What the patient agreed to, when and how. */
export function ConsentsCard({ patientId }: { patientId: string }) {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(consentsQuery(patientId));
  const [changing, setChanging] = useState(false);
  return (
    <Card
      title={t('patients.consents')}
      actions={data && <Button size="xs" className={classes.headAction} onClick={() => { setChanging(true); }}>{t('patients.consentChange')}</Button>}
    >
      {data ? (
        <ul className={classes.consents}>
          {SCOPES.map((scope) => <ConsentRow key={scope} label={t(`patients.scope.${scope}`)} consent={data[scope]} />)}
        </ul>
      ) : error ? <ErrorPanel error={error} onRetry={() => { void refetch(); }} /> : <SkeletonRows rows={5} height={36} />}
      {data && <ConsentsDialog opened={changing} onClose={() => { setChanging(false); }} patientId={patientId} consents={data} />}
    </Card>
  );
}

function ConsentRow({ label, consent }: { label: string; consent: Consent | undefined }) {
  const { t, tx } = useI18n();
  const given = consent?.granted ?? false;
  const how = t(`patients.method.${consent?.method ?? 'default'}`);
  return (
    <li className={classes.consent}>
      <span className={classes.consentMark} data-given={given}><Icon name={given ? 'done' : 'noSource'} /></span>
      <div className={classes.grow}>
        <p className={classes.strong}>{label}</p>
        <p className={classes.small}>
          {consent?.recorded_at ? tx('patients.consentOn', { date: <Time value={consent.recorded_at} kind="date" />, how }) : how}
        </p>
      </div>
      <span className={classes.small}>{t(given ? 'patients.given' : 'patients.notGiven')}</span>
    </li>
  );
}

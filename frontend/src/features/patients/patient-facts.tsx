import type { ReactNode } from 'react';

import { Card } from '../../components/card';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { Patient } from './api/get-patient';
import classes from './patient.module.css';

/** Whole years on a day, of dates as YYYY-MM-DD. */
function ageOn(born: string, today: string): number {
  return Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0);
}

/** Age, day of birth and id, in the line under the name. */
export function PatientLine({ patient }: { patient: Patient }) {
  const { t, tx } = useI18n();
  const { date_of_birth: born, pronouns, external_id: id } = patient;
  const age = born ? t('patients.years', { count: ageOn(born, new Date().toISOString().slice(0, 10)) }) : '';
  return (
    <>
      {age && pronouns ? <span>{tx('patients.ageAnd', { age, pronouns: <bdi>{pronouns}</bdi> })}</span> : (age || pronouns) && <bdi>{age || pronouns}</bdi>}
      {born && <span>{tx('patients.bornOn', { date: <Time value={born} kind="date" /> })}</span>}
      {id && <span>{tx('patients.idOf', { id: <bdi>{id}</bdi> })}</span>}
    </>
  );
}

export function PatientFacts({ patient }: { patient: Patient }) {
  const { t } = useI18n();
  const facts: [string, ReactNode][] = [
    ...(patient.gender ? [[t('patients.gender'), <bdi key="gender">{patient.gender}</bdi>] as [string, ReactNode]] : []),
    ...(patient.email ? [[t('patients.email'), <a key="email" href={`mailto:${patient.email}`}><bdi>{patient.email}</bdi></a>] as [string, ReactNode]] : []),
    ...(patient.phone ? [[t('patients.phone'), <a key="phone" href={`tel:${patient.phone.replace(/[^+\d]/g, '')}`}><bdi>{patient.phone}</bdi></a>] as [string, ReactNode]] : []),
    ...(patient.notes ? [[t('patients.notes'), <p key="notes" dir="auto" className={classes.notes}>{patient.notes}</p>] as [string, ReactNode]] : []),
  ];
  return (
    <Card title={t('patients.facts')}>
      {facts.length === 0 ? <p className={classes.none}>{t('patients.noFacts')}</p> : (
        <dl className={classes.facts}>
          {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
        </dl>
      )}
    </Card>
  );
}

import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { errorKey } from '../../api/errors';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { Patient } from './api/get-patient';
import { patientsQuery } from './api/list-patients';
import { restorePatient } from './api/restore-patient';
import classes from './patient-list.module.css';

/** What was deleted in the last days, until it is erased; nothing while there is nothing. */
export function RecentlyDeleted() {
  const { t } = useI18n();
  const { data } = useQuery(patientsQuery({ deleted: 'true', page_size: 200 }));
  if (!data || data.count === 0) return null;
  return (
    <details className={classes.deleted}>
      <summary>{t('patients.recentlyDeleted', { count: data.count })}</summary>
      <ul aria-label={t('patients.deletedList')}>
        {data.results.map((patient) => <DeletedRow key={patient.id} patient={patient} />)}
      </ul>
    </details>
  );
}

function DeletedRow({ patient }: { patient: Patient }) {
  const { t, tx } = useI18n();
  const queryClient = useQueryClient();
  const name = patient.full_name;
  const restore = useMutation({
    mutationFn: () => restorePatient(queryClient, patient.id),
    onSuccess: () => { announce(t('patients.restored', { name })); },
  });
  return (
    <li>
      <span className={classes.deletedName}><bdi>{name}</bdi></span>
      {patient.erased_from && <span>{tx('patients.erasedFrom', { date: <Time value={patient.erased_from} kind="dateTime" /> })}</span>}
      <Button size="xs" leftSection={<Icon name="undo" />} loading={restore.isPending} aria-label={t('patients.restoreName', { name })} onClick={() => { restore.mutate(); }}>
        {t('patients.restore')}
      </Button>
      {restore.error && <p role="alert" className={classes.error}>{t('patients.notRestored', { reason: t(errorKey(restore.error)) })}</p>}
    </li>
  );
}

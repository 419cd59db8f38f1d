import { useRovingIndex } from '@mantine/hooks';
import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';

import { Icon } from '../../components/icon';
import { Time } from '../../components/time';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { Patient } from './api/get-patient';
import classes from './patient-list.module.css';
import { SORTS, type Ordering } from './use-list-view';

interface Props {
  patients: Patient[];
  ordering: Ordering;
  onOrdering: (ordering: Ordering) => void;
  /** The rows of the search before are shown while the new ones are fetched. */
  busy: boolean;
}

/** One tab stop for all rows; the arrows go from name to name. */
export function PatientTable({ patients, ordering, onOrdering, busy }: Props) {
  const { t } = useI18n();
  const { getItemProps } = useRovingIndex({ total: patients.length, orientation: 'vertical', loop: false });
  return (
    <table className={classes.table} aria-busy={busy} aria-label={t('patients.title')}>
      <thead>
        <tr>
          {SORTS.map((sort) => {
            const state = ordering === sort ? 'ascending' : ordering === `-${sort}` ? 'descending' : 'none';
            return (
              <th key={sort} scope="col" aria-sort={state}>
                <UnstyledButton className={classes.head} onClick={() => { onOrdering(state === 'ascending' ? `-${sort}` : sort); }}>
                  {t(`patients.sort.${sort}`)}
                  <span className={classes.arrow} data-state={state}><Icon name="chevronDown" size={14} /></span>
                </UnstyledButton>
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {patients.map((patient, index) => (
          <tr key={patient.id}>
            <th scope="row">
              <Link {...getItemProps({ index })} className={classes.link} to={paths.patient} params={{ patientId: patient.id }}><bdi>{patient.full_name}</bdi></Link>
              {patient.pronouns && <span className={classes.aside}><bdi>{patient.pronouns}</bdi></span>}
            </th>
            <td>{patient.external_id && <bdi>{patient.external_id}</bdi>}</td>
            <td>{patient.date_of_birth && <Time value={patient.date_of_birth} kind="date" />}</td>
            <td className={classes.late}><Time value={patient.updated_at} kind="date" /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

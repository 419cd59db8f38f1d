import { useRovingIndex } from '@mantine/hooks';
import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';

import { Icon } from '../../components/icon';
import { StateTag } from '../../components/state-tag';
import { Time } from '../../components/time';
import { paths } from '../../config/paths';
import { useI18n } from '../../i18n/provider';
import type { Patient } from './api/get-patient';
import classes from './patient-list.module.css';
import { SORTS, type Ordering, type Sort } from './use-list-view';

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
          {SORTS.filter((sort) => sort !== 'updated_at').map((sort) => <SortHead key={sort} sort={sort} ordering={ordering} onOrdering={onOrdering} />)}
          <th scope="col" className={classes.plain}>{t('patients.lastSession')}</th>
          <th scope="col" className={classes.plain}>{t('patients.nextSession')}</th>
          <th scope="col" className={classes.plain}>{t('patients.openItems')}</th>
          <SortHead sort="updated_at" ordering={ordering} onOrdering={onOrdering} />
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
            <td><Day label={t('patients.lastSession')} value={patient.last_session} /></td>
            <td><Day label={t('patients.nextSession')} value={patient.next_session} /></td>
            <td className={classes.open}><OpenItems items={patient.open_items} /></td>
            <td className={classes.late}><Time value={patient.updated_at} kind="date" /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SortHead({ sort, ordering, onOrdering }: Pick<Props, 'ordering' | 'onOrdering'> & { sort: Sort }) {
  const { t } = useI18n();
  const state = ordering === sort ? 'ascending' : ordering === `-${sort}` ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={state} className={sort === 'updated_at' ? classes.late : undefined}>
      <UnstyledButton className={classes.head} onClick={() => { onOrdering(state === 'ascending' ? `-${sort}` : sort); }}>
        {t(`patients.sort.${sort}`)}
        <span className={classes.arrow} data-state={state}><Icon name="chevronDown" size={14} /></span>
      </UnstyledButton>
    </th>
  );
}

/** On a phone, where there are no headings, the day says what it is of. */
function Day({ label, value }: { label: string; value: string | null }) {
  if (!value) return null;
  return <><span className={classes.label}>{label} </span><Time value={value} kind="date" /></>;
}

function OpenItems({ items: { risks, drafts } }: { items: Patient['open_items'] }) {
  const { t } = useI18n();
  return (
    <>
      {risks > 0 && <StateTag icon="flag" tone="risk">{t('patients.openRisks', { count: risks })}</StateTag>}
      {drafts > 0 && <StateTag icon="document" tone="warn">{t('patients.openDrafts', { count: drafts })}</StateTag>}
    </>
  );
}

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode, Ref } from 'react';

import { EmptyState } from '../../components/empty-state';
import { ErrorPanel } from '../../components/error-panel';
import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { useI18n } from '../../i18n/provider';
import panel from '../../components/panel.module.css';
import { PAGE_SIZE, patientsQuery } from './api/list-patients';
import { Loading } from './loading';
import classes from './patient-list.module.css';
import { PatientTable } from './patient-table';
import { CHANGED, FIRST_VIEW, ORDERINGS, useListView } from './use-list-view';

interface Props {
  searchRef: Ref<HTMLInputElement>;
  /** Offered when there is no patient at all. */
  addButton: ReactNode;
}

/** Searched, sorted and paged by the server. */
export function PatientList({ searchRef, addButton }: Props) {
  const { t, format } = useI18n();
  const { view, change } = useListView();
  const [search] = useDebouncedValue(view.search.trim(), 250);
  const { data, error, refetch, isPlaceholderData } = useQuery(patientsQuery({
    search: search || undefined,
    ordering: view.ordering,
    page: view.page,
    page_size: PAGE_SIZE,
    updated_since: since(view.changed),
  }));
  const narrowed = search !== '' || view.changed !== 'any';
  const pages = Math.max(1, Math.ceil((data?.count ?? 0) / PAGE_SIZE));
  const from = (view.page - 1) * PAGE_SIZE + 1;

  return (
    <>
      <div className={classes.tools} role="search" aria-label={t('patients.find')}>
        <TextInput
          ref={searchRef} type="search" className={classes.search} label={t('patients.search')} value={view.search} autoComplete="off"
          onChange={(event) => { change({ search: event.currentTarget.value }); }}
          leftSection={<Icon name="search" />} rightSection={view.search === '' && <KeyCap code="Slash" />} rightSectionPointerEvents="none"
        />
        <NativeSelect
          label={t('patients.changed')} value={view.changed} data={CHANGED.map((value) => ({ value, label: t(`patients.changed.${value}`) }))}
          onChange={(event) => { const value = event.currentTarget.value; change({ changed: CHANGED.find((one) => one === value) }); }}
        />
        <NativeSelect
          className={classes.sort} label={t('patients.sort')} value={view.ordering}
          data={ORDERINGS.map((value) => ({ value, label: t(`patients.order.${value}`) }))}
          onChange={(event) => { const value = event.currentTarget.value; change({ ordering: ORDERINGS.find((one) => one === value) }); }}
        />
      </div>
      <p role="status" className={classes.note}>
        {data && !isPlaceholderData && (narrowed ? t('patients.found', { count: data.count }) : t('patients.count', { count: data.count }))}
      </p>
      {error !== null && <ErrorPanel error={error} onRetry={() => { void refetch(); }} />}
      {!data ? error === null && <div className={panel.card}><Loading /></div> : data.results.length === 0 ? (
        <div className={panel.card}>
          {narrowed
            ? <EmptyState icon="search" action={<Button onClick={() => { change(FIRST_VIEW); }}>{t('patients.clear')}</Button>}>{t('patients.noMatch')}</EmptyState>
            : <EmptyState icon="patients" action={addButton}>{t('patients.noPatients')}</EmptyState>}
        </div>
      ) : (
        <PatientTable patients={data.results} ordering={view.ordering} onOrdering={(ordering) => { change({ ordering }); }} busy={isPlaceholderData} />
      )}
      {data && data.count > PAGE_SIZE && (
        <nav className={classes.pages} aria-label={t('patients.pages')}>
          <span>{t('patients.range', { from, to: Math.min(data.count, from + PAGE_SIZE - 1), total: data.count })}</span>
          {view.page > 1 && <Button onClick={() => { change({ page: view.page - 1 }); }}>{t('patients.previous')}</Button>}
          {view.page < pages && <Button onClick={() => { change({ page: view.page + 1 }); }}>{t('patients.next')}</Button>}
          <span className={classes.pageOf}>{format.number(view.page)} / {format.number(pages)}</span>
        </nav>
      )}
    </>
  );
}

/** Whole days, so that the address asked for stays the same. */
function since(changed: (typeof CHANGED)[number]): string | undefined {
  if (changed === 'any') return undefined;
  const day = new Date();
  day.setUTCHours(0, 0, 0, 0);
  day.setUTCDate(day.getUTCDate() - Number(changed));
  return day.toISOString();
}

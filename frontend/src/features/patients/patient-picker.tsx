import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode, type Ref } from 'react';

import { errorKey } from '../../api/errors';
import { RequiredLabel } from '../../components/required-label';
import { useI18n } from '../../i18n/provider';
import { patientsQuery } from './api/list-patients';
import classes from './patient-picker.module.css';

export interface PickedPatient {
  id: string;
  name: string;
}

interface Props {
  value: PickedPatient | null;
  onChange: (patient: PickedPatient | null) => void;
  /** Shown above the field of a form, which needs a patient; without it the placeholder's words label it. */
  label?: string;
  error?: string;
  leftSection?: ReactNode;
  rightSection?: ReactNode;
  ref?: Ref<HTMLInputElement>;
  /** Takes the focus when its dialog opens. */
  startsHere?: boolean;
}

const SHOWN = 8;

/** Finds a patient on the server while one types. */
export function PatientPicker({ value, onChange, label, startsHere = false, rightSection, ...rest }: Props) {
  const { t } = useI18n();
  const [text, setText] = useState(value?.name ?? '');
  const [opened, setOpened] = useState(false);
  const [search] = useDebouncedValue(text === value?.name ? '' : text.trim(), 200);
  const { data, error, isFetching } = useQuery({ ...patientsQuery({ search: search || undefined, page_size: SHOWN }), enabled: opened });
  const found = (data?.results ?? []).map((patient) => ({ value: patient.id, label: patient.full_name }));
  const options = value && !found.some((one) => one.value === value.id) ? [{ value: value.id, label: value.name }, ...found] : found;
  const nothing = error ? t(errorKey(error)) : isFetching || !data ? t('components.loading') : search ? t('patients.noMatch') : t('patients.noPatients');
  return (
    <Select
      {...rest}
      className={label === undefined ? classes.alone : undefined}
      label={label === undefined ? undefined : <RequiredLabel>{label}</RequiredLabel>}
      required={label !== undefined}
      aria-label={label === undefined ? t('patients.find') : undefined}
      placeholder={label === undefined ? t('patients.find') : undefined}
      // An option that cannot be chosen: a list without options is none to a screen reader.
      data={options.length > 0 ? options : [{ value: '', label: nothing, disabled: true }]}
      value={value?.id ?? null}
      onChange={(id, option) => { onChange(id === null || !option ? null : { id, name: option.label }); }}
      searchable
      searchValue={text}
      onSearchChange={setText}
      onDropdownOpen={() => { setOpened(true); }}
      filter={(input) => input.options}
      rightSection={opened && isFetching ? <Loader size={14} /> : rightSection}
      rightSectionPointerEvents="none"
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={216}
      selectFirstOptionOnChange
      data-autofocus={startsHere || undefined}
      autoComplete="off"
    />
  );
}

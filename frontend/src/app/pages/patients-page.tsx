import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';

import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { PageHeader } from '../../components/page-header';
import { useShortcuts } from '../../components/shortcuts';
import { useDocumentTitle } from '../../components/use-document-title';
import { paths } from '../../config/paths';
import { PatientFormDialog } from '../../features/patients/patient-form-dialog';
import { PatientList } from '../../features/patients/patient-list';
import { RecentlyDeleted } from '../../features/patients/recently-deleted';
import { useI18n } from '../../i18n/provider';
import classes from '../page.module.css';

export function PatientsPage() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const [adding, setAdding] = useState(false);
  const add = () => { setAdding(true); };
  useDocumentTitle(t('app.patients'));
  useShortcuts(t('app.patients'), [{ code: 'Slash', label: t('patients.find'), run: () => { search.current?.focus(); search.current?.select(); } }]);

  const button = (variant: 'filled' | 'default') => <Button variant={variant} leftSection={<Icon name="add" />} onClick={add}>{t('patients.add')}</Button>;
  return (
    <>
      <PageHeader title={t('patients.title')} actions={button('default')} />
      <div className={classes.page}>
        <PatientList searchRef={search} addButton={button('filled')} />
        <RecentlyDeleted />
      </div>
      <PatientFormDialog
        opened={adding}
        onClose={() => { setAdding(false); }}
        onSaved={(patient) => {
          announce(t('patients.added', { name: patient.full_name }));
          void navigate({ to: paths.patient, params: { patientId: patient.id } });
        }}
      />
    </>
  );
}

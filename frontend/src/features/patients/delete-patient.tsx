import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { errorKey } from '../../api/errors';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { offerUndo } from '../../components/undo-bar';
import { useI18n } from '../../i18n/provider';
import { useDeletePatient } from './api/delete-patient';
import type { Patient } from './api/get-patient';
import { restorePatient } from './api/restore-patient';
import classes from './patient.module.css';

interface Props {
  patient: Patient;
  /** How many sessions go with it. */
  sessions: number;
  onDeleted: () => void;
  onRestored: () => void;
}

/** Confirmed by typing the name; the bar that stays behind brings all back. */
export function DeletePatient({ patient, sessions, onDeleted, onRestored }: Props) {
  const { t } = useI18n();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useDeletePatient();
  const name = patient.full_name;

  const restore = () => {
    restorePatient(queryClient, patient.id).then(
      () => { announce(t('patients.restored', { name })); onRestored(); },
      (error: unknown) => {
        const sentence = t('patients.notRestored', { reason: t(errorKey(error)) });
        announce(sentence, 'assertive');
        offerUndo(sentence, restore);
      },
    );
  };
  const confirm = () => {
    remove.mutate(patient.id, {
      onSuccess: () => {
        setAsking(false);
        offerUndo(t('patients.deleted', { name }), restore);
        onDeleted();
      },
    });
  };

  return (
    <>
      <Button className={classes.danger} leftSection={<Icon name="trash" />} onClick={() => { setAsking(true); }}>{t('patients.delete')}</Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => { setAsking(false); }}
        onConfirm={confirm}
        title={t('patients.deleteTitle', { name })}
        confirmLabel={t('patients.delete')}
        typed={{ label: t('patients.deleteName', { name }), value: name }}
        busy={remove.isPending}
        error={remove.error ? t('patients.notDeleted', { reason: t(errorKey(remove.error)) }) : undefined}
      >
        {t('patients.deleteWords', { count: sessions })}
      </ConfirmDialog>
    </>
  );
}

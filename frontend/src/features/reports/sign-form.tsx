import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { errorKey, isApiError } from '../../api/errors';
import { useCurrentTherapist } from '../../auth/use-current-therapist';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import type { ReportSaver, SaverState } from './report-saver';
import classes from './report.module.css';

interface Props {
  saver: ReportSaver;
  state: SaverState;
  onCancel: () => void;
  onSigned: () => void;
}

/** Who signs, as it will be printed, and the one button that makes the note final. */
export function SignForm({ saver, state, onCancel, onSigned }: Props) {
  const { t } = useI18n();
  const queryClient = useQueryClient();
  const therapist = useCurrentTherapist();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const sign = async () => {
    if (state.waiting.length > 0 || state.conflict) {
      saver.flush();
      setProblem(t('reports.signWaits'));
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await saver.send({ status: 'finalized' });
      announce(t('reports.signedNow'));
      onSigned();
      void queryClient.invalidateQueries({ queryKey: ['dashboard'] });
    } catch (error) {
      setProblem(isApiError(error, 'edit_conflict') ? t('reports.signConflict') : t(errorKey(error)));
      if (!isApiError(error, 'offline')) saver.reload();
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <dl className={classes.signer}>
        <dt>{t('reports.signer')}</dt>
        <dd>{therapist?.full_name}</dd>
        <dt>{t('reports.credentials')}</dt>
        <dd>{therapist?.credentials || t('reports.noCredentials')}</dd>
        {therapist?.license_number && (<><dt>{t('reports.license')}</dt><dd><bdi>{therapist.license_number}</bdi></dd></>)}
      </dl>
      {problem !== undefined && <p role="alert" className={classes.problem}>{problem}</p>}
      <div className={classes.decideButtons}>
        <Button variant="subtle" color="gray" data-dialog-main onClick={onCancel}>{t('components.cancel')}</Button>
        <Button variant="filled" loading={busy} onClick={() => { void sign(); }}>{t('reports.sign')}</Button>
      </div>
    </>
  );
}

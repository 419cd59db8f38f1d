import { Button } from '@mantine/core';
import { useEffect } from 'react';

import { errorKey } from '../../api/errors';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { useI18n } from '../../i18n/provider';
import type { ReportSaver, SaverState } from './report-saver';
import classes from './report.module.css';

interface Props {
  state: SaverState;
  saver: ReportSaver;
}

/** Saved 09:12, Saving, or what is not saved and where it is kept. */
export function SaveState({ state, saver }: Props) {
  const { t, format } = useI18n();
  const { waiting, saving, savedAt, offlineSince, failed, conflict } = state;
  const failure = failed ? `${t('reports.notSaved')} ${t(errorKey(failed))}`
    : offlineSince ? t('reports.notSavedOffline', { time: format.time(offlineSince) }) : '';
  useEffect(() => { if (failure) announce(failure, 'assertive'); }, [failure]);
  if (failure) {
    return (
      <span className={classes.saveState} data-tone="warn">
        <Icon name={offlineSince ? 'offline' : 'warning'} />
        {failure}
        {Boolean(failed) && (
          <>
            <Button size="xs" onClick={saver.retry}>{t('components.tryAgain')}</Button>
            <Button size="xs" onClick={saver.discard}>{t('reports.discard')}</Button>
          </>
        )}
      </span>
    );
  }
  const words = conflict ? t('reports.notSavedChoose')
    : saving || waiting.length > 0 ? t('reports.saving')
      : savedAt ? t('reports.saved', { time: format.time(savedAt) }) : '';
  return (
    <span role="status" className={classes.saveState}>
      {words && !conflict && !saving && waiting.length === 0 && <Icon name="check" />}
      {words}
    </span>
  );
}

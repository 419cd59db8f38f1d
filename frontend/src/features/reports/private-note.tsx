import { Button, Textarea } from '@mantine/core';
import { useEffect } from 'react';

import { errorKey } from '../../api/errors';
import { ErrorPanel } from '../../components/error-panel';
import { Icon } from '../../components/icon';
import { announce } from '../../components/live-region';
import { SkeletonRows } from '../../components/skeleton-rows';
import { Time } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import classes from './report.module.css';
import { usePrivateNote } from './use-private-note';

/** The therapist's own note, apart from the record; can be written in every state of the session. */
export function PrivateNote({ sessionId }: { sessionId: string }) {
  const { t, tx, format } = useI18n();
  const { query, text, write, flush, saving, savedAt, offlineSince, failed, theirs, resolve } = usePrivateNote(sessionId);
  const failure = failed ? `${t('reports.notSaved')} ${t(errorKey(failed))}`
    : offlineSince ? t('reports.notSavedOffline', { time: format.time(offlineSince) }) : '';
  useEffect(() => { if (failure) announce(failure, 'assertive'); }, [failure]);
  if (query.error && !query.data) return <ErrorPanel error={query.error} onRetry={() => { void query.refetch(); }} />;
  if (!query.data) return <SkeletonRows rows={1} height={120} />;
  return (
    <div className={classes.private}>
      {theirs && (
        <div role="alert" className={classes.conflict}>
          <Icon name="warning" size={20} />
          <div className={classes.grow}>
            <p>{theirs.note.updated_at
              ? tx('reports.conflict', { time: <Time value={theirs.note.updated_at} kind="time" /> })
              : t('reports.conflictNoTime')}
            </p>
            <p className={classes.mine} dir="auto">{t('reports.quote', { words: theirs.note.text })}</p>
          </div>
          <Button onClick={() => { resolve('theirs'); }}>{t('reports.keepTheirs')}</Button>
          <Button onClick={() => { resolve('mine'); }}>{t('reports.keepMine')}</Button>
        </div>
      )}
      <Textarea
        label={t('reports.private')}
        description={t('reports.privateHint')}
        value={text}
        dir="auto"
        autosize
        minRows={4}
        onChange={(event) => { write(event.currentTarget.value); }}
        onBlur={flush}
      />
      <p role="status" className={classes.saveState} data-tone={failure ? 'warn' : undefined}>
        {failure || (saving ? t('reports.saving') : savedAt ? t('reports.saved', { time: format.time(savedAt) }) : '')}
        {Boolean(failed) && <Button size="xs" onClick={flush}>{t('components.tryAgain')}</Button>}
      </p>
    </div>
  );
}

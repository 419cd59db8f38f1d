import { Button } from '@mantine/core';

import { useI18n } from '../../i18n/provider';
import { Icon } from '../../components/icon';
import { Time } from '../../components/time';
import { useReportScope } from './report-scope';
import classes from './report.module.css';

/** Two versions of the note: nothing is overwritten before the clinician chose. */
export function ConflictBar() {
  const { t, tx } = useI18n();
  const { saver, state } = useReportScope();
  const { conflict } = state;
  if (!conflict) return null;
  const texts = state.waiting.flatMap((edit) => (edit.kind === 'text' || edit.kind === 'add' ? [edit.text] : []));
  return (
    <div role="alert" className={classes.conflict}>
      <Icon name="warning" size={20} />
      <div className={classes.grow}>
        <p>{tx('reports.conflict', { time: <Time value={conflict.theirs.report.updated_at} kind="time" /> })}</p>
        <p className={classes.meta}>{tx('reports.conflictMine', { time: <Time value={conflict.mineAt.toISOString()} kind="time" /> })}</p>
        {texts.map((text) => <p key={text} dir="auto" className={classes.mine}>{t('reports.quote', { words: text })}</p>)}
      </div>
      {conflict.shown
        ? <Button onClick={saver.discard}>{t('reports.keepTheirs')}</Button>
        : <Button onClick={saver.showTheirs}>{t('reports.showTheirs')}</Button>}
      <Button onClick={saver.keepMine}>{t('reports.keepMine')}</Button>
    </div>
  );
}

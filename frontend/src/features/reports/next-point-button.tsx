import { Button } from '@mantine/core';

import { usePlayback } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import { goToPoint, nextPoint } from './go-to-point';
import classes from './report.module.css';
import type { Report } from './types';

/** On a phone, in reach of the thumb: goes to what is still open, one after the other. */
export function NextPointButton({ report }: { report: Report }) {
  const { t, format } = useI18n();
  const { selection } = usePlayback();
  const ids = report.open_points.map((point) => point.id);
  if (ids.length === 0) return null;
  // The one that is selected is being looked at; before, the first is next.
  const at = Math.max(ids.indexOf(selection?.id ?? ''), 0);
  return (
    <Button variant="filled" onClick={() => { const id = nextPoint(ids, 1, selection?.id); if (id) goToPoint(id); }}>
      {t('reports.keyNext')}
      <span className={classes.pointOf}>{t('reports.pointOf', { number: format.number(at + 1), count: ids.length })}</span>
    </Button>
  );
}

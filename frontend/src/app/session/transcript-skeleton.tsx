import { Skeleton, VisuallyHidden } from '@mantine/core';

import { useI18n } from '../../i18n/provider';
import classes from './skeleton.module.css';

const LINES = [2, 1, 3, 1, 2, 1, 2, 1, 2, 1, 3];

/** The transcript's place while there is none, of the same size. */
export function TranscriptSkeleton({ loading = false }: { loading?: boolean }) {
  const { t } = useI18n();
  return (
    <section className={classes.panel} aria-label={t('sessions.transcript')} aria-busy={loading}>
      <div className={classes.head}>
        <h2>{t('sessions.transcript')}</h2>
        {!loading && <p>{t('sessions.transcriptLater')}</p>}
        {loading && <VisuallyHidden role="status">{t('components.loading')}</VisuallyHidden>}
      </div>
      <div className={classes.rows} aria-hidden="true">
        {LINES.map((lines, index) => (
          <div key={index} className={classes.row}>
            <Skeleton radius="xs" height={12} width={36} animate={false} />
            <Skeleton radius="xs" height={12} width={56} animate={false} />
            <div className={classes.lines}>{Array.from({ length: lines }, (_, line) => <Skeleton key={line} radius="xs" height={12} width={line === lines - 1 ? '54%' : '92%'} animate={false} />)}</div>
          </div>
        ))}
      </div>
    </section>
  );
}

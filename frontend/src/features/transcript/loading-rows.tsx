import { Skeleton, VisuallyHidden } from '@mantine/core';

import { useI18n } from '../../i18n/provider';
import classes from './transcript.module.css';

const LINES = [2, 1, 3, 1, 2, 1, 2, 1, 2, 1, 3];

/** As large as the turns that come. */
export function LoadingRows() {
  const { t } = useI18n();
  return (
    <div className={classes.skeleton}>
      <VisuallyHidden role="status">{t('components.loading')}</VisuallyHidden>
      {LINES.map((lines, index) => (
        <div key={index} className={classes.skeletonRow} aria-hidden="true">
          <Skeleton radius="xs" height={12} width={36} animate={false} />
          <Skeleton radius="xs" height={12} width={56} animate={false} />
          <div className={classes.skeletonLines}>{Array.from({ length: lines }, (_, line) => <Skeleton key={line} radius="xs" height={12} width={line === lines - 1 ? '54%' : '92%'} animate={false} />)}</div>
        </div>
      ))}
    </div>
  );
}

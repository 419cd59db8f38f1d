import { Skeleton, VisuallyHidden } from '@mantine/core';

import { useI18n } from '../i18n/provider';
import classes from './panel.module.css';

interface Props {
  rows?: number;
  /** Height of one row in px: that of what replaces it. */
  height?: number;
}

export function SkeletonRows({ rows = 3, height = 40 }: Props) {
  const { t } = useI18n();
  return (
    <div className={classes.rows} aria-busy="true">
      <VisuallyHidden role="status">{t('components.loading')}</VisuallyHidden>
      {Array.from({ length: rows }, (_, index) => <Skeleton key={index} height={height} animate={false} />)}
    </div>
  );
}

import { Skeleton, VisuallyHidden } from '@mantine/core';

import { useDocumentTitle } from '../../components/use-document-title';
import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import { SessionFrame } from './session-frame';
import classes from './top-bar.module.css';
import { TranscriptSkeleton } from './transcript-skeleton';

/** The grid before anything is known. */
export function SessionPageSkeleton() {
  const { t } = useI18n();
  useDocumentTitle(t('app.session'));
  const bar = (
    <header className={classes.bar}>
      <VisuallyHidden component="h1">{t('sessions.untitled')}</VisuallyHidden>
      <Skeleton height={20} width={320} animate={false} />
    </header>
  );
  return (
    <SessionFrame
      topBar={bar}
      first="report"
      start={{ name: 'transcript', label: t('sessions.transcript'), content: <TranscriptSkeleton loading />, surface: true }}
      end={{ name: 'report', label: t('sessions.report'), content: <SkeletonRows rows={8} height={48} /> }}
    />
  );
}

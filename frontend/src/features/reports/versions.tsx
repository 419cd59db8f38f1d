import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { ErrorPanel } from '../../components/error-panel';
import { SkeletonRows } from '../../components/skeleton-rows';
import { useI18n } from '../../i18n/provider';
import { reportVersionsQuery } from './api/report-versions';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { Version } from './types';

/** Who changed the note and when; nothing is lost. */
export function Versions() {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <details className={classes.versions} onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary>{t('reports.versions')}</summary>
      {open && <VersionList />}
    </details>
  );
}

function VersionList() {
  const { t, format } = useI18n();
  const { session, report } = useReportScope();
  const { data, error, refetch } = useQuery(reportVersionsQuery(session.id, report.version));
  if (error) return <ErrorPanel error={error} onRetry={() => { void refetch(); }} />;
  if (!data) return <SkeletonRows rows={Math.min(report.versions.length, 6)} height={20} />;
  return (
    <ol className={classes.versionList} reversed>
      {data.results.map((version) => (
        <li key={version.number} value={version.number}>
          <strong>{t(`reports.version.${version.kind}`)}</strong>
          <span className={classes.meta}>
            {version.author && <>{version.author} · </>}
            {format.dateTime(version.created_at)} · {lostIn(version) > 0 && <>{t('reports.lostIn', { count: lostIn(version) })} · </>}{t('reports.changes', { count: version.changes.length })} · {t('reports.shareOf', { share: format.percent(version.human_share) })}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** How many passages the sentences of a version lost, beyond those they had lost before. */
function lostIn(version: Version): number {
  return version.changes.reduce((sum, change) => sum + Math.max(0, lost(change.after) - lost(change.before)), 0);
}

function lost(side: unknown): number {
  if (typeof side !== 'object' || side === null || !('lost_evidence' in side)) return 0;
  return Array.isArray(side.lost_evidence) ? side.lost_evidence.length : 0;
}

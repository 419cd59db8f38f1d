import { useCallback } from 'react';

import { announce } from '../../components/live-region';
import { usePlayback } from '../../components/playback/playback';
import { useShortcuts } from '../../components/shortcuts';
import { useStepKeys } from '../../components/steps';
import { useI18n } from '../../i18n/provider';
import { ConflictBar } from './conflict-bar';
import { goToPoint, nextPoint } from './go-to-point';
import { NoteSection } from './note-section';
import { Notices } from './notices';
import { OpenPointsBar } from './open-points-bar';
import { ReportActions } from './report-actions';
import classes from './report.module.css';
import { useReportScope } from './report-scope';
import { RiskFlags } from './risk-flags';
import { passagesOf } from './types';

/** A draft under review: what is open, the risk flags, then the note. */
export function DraftReport({ actionsInHeader }: { actionsInHeader: boolean }) {
  const { t } = useI18n();
  const { session, report, active } = useReportScope();
  const points = report.open_points.map((point) => point.id);
  const walk = useCallback((direction: 1 | -1) => {
    const id = nextPoint(points, direction, active ?? undefined);
    if (id) goToPoint(id);
  }, [points, active]);
  useReportKeys(walk);
  return (
    <section className={classes.panel} aria-label={t('reports.title')} data-region="report" tabIndex={-1}>
      {!actionsInHeader && <div className={classes.actions}><ReportActions session={session} /></div>}
      <OpenPointsBar onNext={() => { walk(1); }} />
      <ConflictBar />
      <div className={classes.body}>
        <Notices />
        <RiskFlags />
        {Object.keys(report.sections).map((name) => <NoteSection key={name} name={name} />)}
      </div>
    </section>
  );
}

const within = (selector: string) => document.activeElement?.closest<HTMLElement>(selector) ?? null;
const press = (selector: string, action: string) => {
  within(selector)?.querySelector<HTMLElement>(`[data-act="${action}"]`)?.click();
};

function useReportKeys(walk: (direction: 1 | -1) => void): void {
  const { t } = useI18n();
  const playback = usePlayback();
  const { report, saver, editable, setEditing } = useReportScope();
  const inFlag = () => editable && within('[data-flag]') !== null;
  const claimHere = () => {
    const id = within('[data-claim-row]')?.dataset.claimRow;
    return report.claims.find((claim) => claim.id === id);
  };
  useStepKeys(t('reports.title'), { undo: t('reports.keyUndo'), redo: t('reports.keyRedo') }, {
    at: (way) => (editable ? saver.stepAt(way) : undefined),
    take: (way) => { saver[way](); announce(t(way === 'undo' ? 'reports.undone' : 'reports.redone')); },
  });
  useShortcuts(t('reports.title'), [
    { code: 'KeyN', label: t('reports.keyNext'), run: () => { walk(1); } },
    { code: 'KeyN', shift: true, label: t('reports.keyPrevious'), run: () => { walk(-1); } },
    { code: 'KeyC', label: t('reports.keyConfirm'), when: inFlag, run: () => { press('[data-flag]', 'confirm'); } },
    { code: 'KeyD', label: t('reports.keyDismiss'), when: inFlag, run: () => { press('[data-flag]', 'dismiss'); } },
    {
      code: 'KeyE', label: t('reports.keyEdit'), when: () => editable && claimHere() !== undefined,
      run: () => { setEditing(claimHere()?.id ?? null); },
    },
    {
      code: 'KeyA', label: t('reports.keyMine'),
      when: () => editable && ['unsupported', 'inferred'].includes(claimHere()?.state ?? ''),
      run: () => {
        const claim = claimHere();
        if (claim) saver.add({ kind: 'claim', id: claim.id, change: { state: 'clinician_added' } });
      },
    },
    {
      code: 'Enter', when: () => within('[data-flag]') !== null && within('[data-flag]') === document.activeElement,
      run: () => {
        const flag = report.risk_flags.find((one) => one.id === within('[data-flag]')?.dataset.flag);
        if (flag) playback.playPassages(passagesOf(flag.evidence));
      },
    },
    { code: 'KeyR', label: t('reports.keyFocus'), run: () => { document.querySelector<HTMLElement>('section[data-region="report"]')?.focus(); } },
  ]);
}

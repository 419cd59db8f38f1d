import { usePlayback } from '../../components/playback/playback';
import { useI18n } from '../../i18n/provider';
import { useReportScope } from './report-scope';
import classes from './report.module.css';
import type { Claim } from './types';
import { useClaimActions } from './use-claim-actions';

/** The second line of a claim that needs the clinician. */
export function ClaimQuestion({ claim, open }: { claim: Claim; open: boolean }) {
  const { t } = useI18n();
  const playback = usePlayback();
  const { active } = useReportScope();
  const { confirm, unconfirm, remove, mine, point } = useClaimActions(claim);
  if (playback.pointing && active === claim.id) {
    return (
      <p className={classes.question} role="status">
        <span>{t('reports.pointing')}</span>
        <button type="button" className={classes.link} onClick={playback.cancelPointing}>{t('components.cancel')}</button>
      </p>
    );
  }
  if (claim.state === 'inferred' && claim.confirmed) {
    return (
      <p className={classes.question}>
        <span>{t('reports.confirmedByYou')}</span>
        <button type="button" className={classes.link} onClick={unconfirm}>{t('components.undo')}</button>
      </p>
    );
  }
  if (!open) return null;
  if (claim.state === 'inferred') {
    return (
      <p className={classes.question} data-tone="info">
        <span>{t(claim.evidence.length > 1 ? 'reports.inferred' : 'reports.inferredOne')}</span>
        <button type="button" className={classes.link} onClick={confirm}>{t('reports.confirm')}</button>
        <button type="button" className={classes.link} onClick={remove}>{t('reports.remove')}</button>
      </p>
    );
  }
  return (
    <p className={classes.question} data-tone="warn">
      <span>{t(claim.evidence.length > 0 ? 'reports.notHeld' : 'reports.noSource')}</span>
      <button type="button" className={classes.link} onClick={point}>{t('reports.point')}</button>
      <button type="button" className={classes.link} onClick={mine}>{t('reports.markMine')}</button>
      <button type="button" className={classes.link} onClick={remove}>{t('reports.remove')}</button>
    </p>
  );
}

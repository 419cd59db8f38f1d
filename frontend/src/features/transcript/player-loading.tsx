import { useI18n } from '../../i18n/provider';
import classes from './player-bar.module.css';

/** Of the size of the timeline that takes its place. */
export function PlayerLoading({ fraction }: { fraction: number }) {
  const { t, format } = useI18n();
  const percent = format.percent(fraction);
  return (
    <div className={classes.loading}>
      <span dir="auto" aria-hidden="true">{fraction > 0 ? t('player.loadingPart', { percent }) : t('player.loading')}</span>
      <div role="progressbar" aria-label={t('player.loading')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(fraction * 100)} aria-valuetext={percent} className={classes.track}>
        <span className={classes.played} style={{ inlineSize: `${(fraction * 100).toString()}%` }} />
      </div>
    </div>
  );
}

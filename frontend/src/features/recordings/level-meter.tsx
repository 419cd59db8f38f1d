import { useEffect, useState } from 'react';

import { useI18n } from '../../i18n/provider';
import { watchLevel } from './lib/level-meter';
import classes from './recording.module.css';

const BARS = 64;
const SHOWN_EVERY = 3;
const EMPTY: number[] = Array.from({ length: BARS }, () => 0);

interface Props {
  stream: MediaStream | null;
  on: boolean;
}

/** The last seconds of loudness as bars, and in words. */
export function LevelMeter({ stream, on }: Props) {
  const { t } = useI18n();
  const [levels, setLevels] = useState(EMPTY);
  useEffect(() => {
    if (!stream || !on) return;
    let count = 0;
    let loudest = 0;
    return watchLevel(stream, (level) => {
      loudest = Math.max(loudest, level);
      count += 1;
      if (count % SHOWN_EVERY !== 0) return;
      const shown = loudest;
      loudest = 0;
      setLevels((old) => [...old.slice(1), shown]);
    });
  }, [stream, on]);
  const peak = Math.max(...levels);
  const words = peak === 0 ? '' : peak > 0.97 ? t('recordings.levelHigh') : peak < 0.25 ? t('recordings.levelLow') : t('recordings.levelGood');
  return (
    <>
      <div className={classes.meter} role="meter" aria-label={t('recordings.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(peak * 100)} aria-valuetext={words}>
        {levels.map((level, index) => <span key={index} className={classes.bar} style={{ height: `${Math.round(6 + level * 94)}%` }} />)}
      </div>
      <p className={classes.hint}>{words}</p>
    </>
  );
}

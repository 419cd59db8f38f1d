import { Button, TextInput } from '@mantine/core';

import { KeyCap } from '../../components/key-cap';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import classes from './recording.module.css';

export interface Moment {
  ms: number;
  word: string;
}

interface Props {
  moments: Moment[];
  onMoments: (moments: Moment[]) => void;
  /** The name of the microphone in use. */
  label: string;
  onDark: () => void;
}

export function RecordingAside({ moments, onMoments, label, onDark }: Props) {
  const { t, tx, format } = useI18n();
  const write = (at: number, word: string) => { onMoments(moments.map((moment, index) => (index === at ? { ...moment, word } : moment))); };
  return (
    <aside className={classes.aside} aria-label={t('recordings.moments')}>
      <div>
        <h2>{t('recordings.microphone')}</h2>
        <p className={classes.hint}><bdi>{label || t('recordings.standardMicrophone')}</bdi></p>
      </div>
      <div>
        <h2>{t('recordings.moments')}</h2>
        {moments.length === 0 && <p className={classes.hint}>{t('recordings.noMoments')}</p>}
        <ol>
          {moments.map((moment, index) => (
            <li key={moment.ms}>
              <Clock ms={moment.ms} />
              <TextInput
                variant="unstyled"
                placeholder={t('recordings.momentAdd')}
                aria-label={t('recordings.momentAt', { time: format.clock(moment.ms) })}
                value={moment.word}
                onChange={(event) => { write(index, event.currentTarget.value); }}
              />
            </li>
          ))}
        </ol>
      </div>
      <div className={classes.low}>
        <p>{t('recordings.wordsHidden')} <span className={classes.keyHint}>{tx('recordings.darkHint', { key: <KeyCap code="KeyQ" /> })}</span></p>
        <Button size="xs" mt={8} onClick={onDark}>{t('recordings.dark')}</Button>
      </div>
    </aside>
  );
}

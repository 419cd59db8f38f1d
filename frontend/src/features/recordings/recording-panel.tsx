import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { Icon } from '../../components/icon';
import { KeyCap } from '../../components/key-cap';
import { announce } from '../../components/live-region';
import { useShortcuts } from '../../components/shortcuts';
import { Clock } from '../../components/time';
import { useI18n } from '../../i18n/provider';
import type { Session } from './api/complete-upload';
import { DarkScreen } from './dark-screen';
import { LevelMeter } from './level-meter';
import type { Recorder } from './lib/recorder';
import { endRecording, leaveRecorder, record } from './lib/transfers';
import { useWakeLock } from './lib/wake-lock';
import { RecordingAside, type Moment } from './recording-aside';
import classes from './recording.module.css';

interface Props {
  recorder: Recorder;
  owner: string;
  onStored: (session: Session) => void;
}

export function RecordingPanel({ recorder, owner, onStored }: Props) {
  const { t, tx } = useI18n();
  const { phase, keptMs, reason } = useSyncExternalStore(recorder.subscribe, recorder.snapshot);
  const [moments, setMoments] = useState<Moment[]>([]);
  const [dark, setDark] = useState(false);
  const live = phase === 'recording' || phase === 'paused';
  useWakeLock(phase === 'recording');
  const toggle = () => { if (phase === 'recording') recorder.pause(); else recorder.resume(); };
  const mark = () => { setMoments((old) => [...old, { ms: recorder.elapsed(), word: '' }]); };
  const end = () => { void endRecording(recorder, onStored); };

  useShortcuts(t('recordings.title'), [
    { code: 'Space', label: t('recordings.pauseOrGoOn'), run: toggle, when: () => live },
    { code: 'KeyM', label: t('recordings.mark'), run: mark, when: () => live },
    { code: 'KeyQ', label: t('recordings.dark'), run: () => { setDark((old) => !old); }, when: () => live },
    { code: 'Escape', run: () => { setDark(false); }, when: () => dark },
  ]);
  useEffect(() => {
    if (phase === 'recording') announce(t('recordings.recording'));
    if (phase === 'paused') announce(t('recordings.recordingPaused'));
  }, [phase, t]);

  if (phase === 'asking') return <div className={classes.stage}><Icon name="mic" size={20} /><p role="status" className={classes.words}>{t('recordings.asking')}</p></div>;
  if (phase === 'refused' || phase === 'failed') {
    const keptTime = { time: <Clock ms={keptMs} /> };
    return (
      <div className={classes.stage}>
        <Icon name="warning" size={20} />
        <p role="alert" className={classes.words}>
          {reason === 'storage' ? tx('recordings.storageFull', keptTime) : reason === 'lost' ? tx('recordings.microphoneLost', keptTime) : t(reason === 'no_microphone' ? 'recordings.noMicrophone' : 'recordings.refused')}
        </p>
        <div className={classes.buttons}>
          {phase === 'refused' && <Button variant="filled" onClick={() => { void record(recorder.sessionId, owner, { kept: recorder.kept ?? undefined }); }}>{t('recordings.tryAgain')}</Button>}
          <Button onClick={() => { leaveRecorder(recorder); }}>{t('recordings.back')}</Button>
        </div>
      </div>
    );
  }
  return (
    <div className={classes.both}>
      <section className={classes.stage} aria-label={t('recordings.title')}>
        <p className={classes.state}>
          <span className={classes.dot} data-paused={phase === 'paused' || undefined} />
          {t(phase === 'paused' ? 'recordings.recordingPaused' : phase === 'recording' ? 'recordings.recording' : 'recordings.ending')}
        </p>
        <RunningTime recorder={recorder} />
        <LevelMeter stream={recorder.stream} on={phase === 'recording'} />
        <div className={classes.buttons}>
          <Button size="md" leftSection={<Icon name={phase === 'paused' ? 'mic' : 'pause'} />} rightSection={<KeyCap code="Space" />} onClick={toggle} aria-keyshortcuts="Space">
            {t(phase === 'paused' ? 'recordings.resume' : 'recordings.pause')}
          </Button>
          <Button size="md" leftSection={<Icon name="bookmark" />} rightSection={<KeyCap code="KeyM" />} onClick={mark} aria-keyshortcuts="M">{t('recordings.mark')}</Button>
          <Button size="md" variant="filled" leftSection={<Icon name="check" />} onClick={end} loading={phase === 'ending'}>{t('recordings.end')}</Button>
        </div>
        <p className={classes.safe}>
          <Icon name={keptMs > 0 ? 'done' : 'clock'} />
          <span>{keptMs > 0 ? tx('recordings.kept', { time: <Clock ms={keptMs} /> }) : t('recordings.keptNothing')}</span>
        </p>
      </section>
      <RecordingAside moments={moments} onMoments={setMoments} label={recorder.stream?.getAudioTracks()[0]?.label ?? ''} onDark={() => { setDark(true); }} />
      {dark && <DarkScreen onLeave={() => { setDark(false); }} />}
    </div>
  );
}

/** Only this renders each half second. */
function RunningTime({ recorder }: { recorder: Recorder }) {
  const [ms, setMs] = useState(() => recorder.elapsed());
  useEffect(() => {
    const timer = setInterval(() => { setMs(recorder.elapsed()); }, 500);
    return () => { clearInterval(timer); };
  }, [recorder]);
  return <p className={classes.time} role="timer"><Clock ms={ms} /></p>;
}

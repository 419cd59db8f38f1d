import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import type { components } from '../../api/schema';
import { ErrorPanel } from '../../components/error-panel';
import { useSound } from '../../components/playback/playback';
import type { Sound } from '../../components/playback/sound';
import { useI18n } from '../../i18n/provider';
import { peaksQuery } from './api/peaks-query';
import { transcriptQuery } from './api/transcript-query';
import { PlayerControls } from './player-controls';
import { PlayerLoading } from './player-loading';
import { useRecording } from './player-recording';
import { PlayerTimeline } from './player-timeline';
import { gapsOf, silences, wordStarts } from './player-words';
import classes from './player-bar.module.css';

type Session = components['schemas']['Session'];
type Recording = components['schemas']['Recording'];

const NONE: never[] = [];

/** Nothing where there is no recording: typed sessions, and recordings that were removed after signing. */
export function PlayerBar({ session }: { session: Session }) {
  const { recording } = session;
  if (!recording || recording.deleted_at !== null) return null;
  return <Player key={`${session.id} ${recording.sha256} ${recording.created_at}`} session={session} recording={recording} />;
}

function useDuration(sound: Sound, recording: Recording): number {
  const measured = useSyncExternalStore(sound.subscribeState, sound.durationMs);
  return measured || (recording.duration_ms ?? 0);
}

function Player({ session, recording }: { session: Session; recording: Recording }) {
  const { t } = useI18n();
  const sound = useSound();
  const [state, retry] = useRecording(sound, session.id, recording);
  const durationMs = useDuration(sound, recording);
  const transcribed = session.counts.segments > 0;
  // Recordings of before peaks were kept have none: a plain bar.
  const { data: peaks } = useQuery({ ...peaksQuery(session.id, recording.sha256), enabled: transcribed });
  const { data: transcript } = useQuery({ ...transcriptQuery(session.id), enabled: transcribed });
  const starts = useMemo(() => (transcript ? wordStarts(transcript) : NONE), [transcript]);
  const gaps = useMemo(() => (transcript ? gapsOf(transcript) : NONE), [transcript]);
  const quiet = useMemo(() => (transcript ? silences(transcript, durationMs) : NONE), [transcript, durationMs]);
  const [skipping, setSkipping] = useState(false);
  useEffect(() => { sound.setSkipped(skipping ? quiet : NONE); }, [sound, skipping, quiet]);

  if (state.kind === 'failed') return <div className={classes.message}><ErrorPanel error={state.error} title={t('player.failed')} onRetry={retry} /></div>;
  if (state.kind === 'unplayable') return <div className={classes.message}><p role="alert" className={classes.words}>{t('player.cannotPlay')}</p></div>;
  const ready = state.kind === 'ready';
  return (
    <PlayerControls
      ready={ready}
      durationMs={durationMs}
      wordStarts={starts}
      skipping={skipping}
      onSkipping={starts.length > 0 ? setSkipping : undefined}
    >
      {ready ? <PlayerTimeline durationMs={durationMs} peaks={peaks} gaps={gaps} /> : <PlayerLoading fraction={state.fraction} />}
    </PlayerControls>
  );
}

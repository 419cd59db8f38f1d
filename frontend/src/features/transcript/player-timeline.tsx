import { useEffect, useRef, type CSSProperties, type KeyboardEvent, type PointerEvent } from 'react';

import { Icon } from '../../components/icon';
import { usePlayback, usePlayhead, useSound } from '../../components/playback/playback';
import type { Span } from '../../components/playback/sound';
import { useI18n } from '../../i18n/provider';
import { PlayerWaveform } from './player-waveform';
import classes from './player-bar.module.css';

interface Props {
  durationMs: number;
  /** Without it: a plain bar. */
  peaks: Float32Array | undefined;
  gaps: Span[];
}

const STEPS: Partial<Record<string, number>> = {
  ArrowLeft: -5000, ArrowDown: -5000, ArrowRight: 5000, ArrowUp: 5000, PageDown: -60_000, PageUp: 60_000,
};
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000);

function placed({ startMs, endMs }: Span, durationMs: number): CSSProperties {
  const percent = (ms: number) => `${((Math.max(0, ms) / durationMs) * 100).toString()}%`;
  return { insetInlineStart: percent(startMs), inlineSize: percent(endMs - startMs) };
}

/** A slider over the whole recording; the waveform in it is a picture. */
export function PlayerTimeline({ durationMs, peaks, gaps }: Props) {
  const { t, format } = useI18n();
  const sound = useSound();
  const { selection, playing, seek } = usePlayback();
  const seconds = usePlayhead(wholeSeconds);
  const slider = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Each frame: past React, which has nothing else to change.
    const show = () => {
      const fraction = durationMs > 0 ? Math.min(1, sound.timeMs() / durationMs) : 0;
      slider.current?.style.setProperty('--at', `${(fraction * 100).toString()}%`);
    };
    show();
    return sound.subscribeTime(show);
  }, [sound, durationMs]);

  const moveTo = (ms: number) => { seek(Math.min(Math.max(0, ms), durationMs), { play: playing }); };
  const onKeyDown = (event: KeyboardEvent) => {
    // Shift with arrows steps by words, as on the whole page.
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) moveTo(sound.timeMs() + step);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(durationMs);
    else return;
    event.preventDefault();
  };
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    if (width > 0) moveTo(((event.clientX - left) / width) * durationMs);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    follow(event);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
  };
  const passages = (selection?.passages ?? []).flatMap(({ startMs, endMs }) => (startMs === null || endMs === null ? [] : [{ startMs, endMs }]));

  return (
    <div
      ref={slider}
      className={classes.timeline}
      role="slider"
      tabIndex={0}
      aria-label={t('player.position')}
      aria-valuemin={0}
      aria-valuemax={Math.floor(durationMs / 1000)}
      aria-valuenow={Math.min(seconds, Math.floor(durationMs / 1000))}
      aria-valuetext={t('player.positionOf', { time: format.clock(seconds * 1000), duration: format.clock(durationMs) })}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
    >
      {durationMs > 0 && passages.map((passage, index) => (
        <span key={index} className={classes.passage} data-kind={selection?.kind} style={placed(passage, durationMs)}>
          {selection?.kind === 'risk' && <span className={classes.flag}><Icon name="flag" size={12} /></span>}
        </span>
      ))}
      {peaks ? <PlayerWaveform peaks={peaks} durationMs={durationMs} /> : <span className={classes.track}><span className={classes.played} data-follows /></span>}
      {durationMs > 0 && gaps.map((gap) => <span key={gap.startMs} className={classes.gap} style={placed(gap, durationMs)} />)}
      <span className={classes.cursor} />
    </div>
  );
}

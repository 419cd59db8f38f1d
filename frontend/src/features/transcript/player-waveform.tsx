import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';

import { useSound } from '../../components/playback/playback';
import { styleNonce } from '../../config/nonce';
import classes from './player-bar.module.css';

interface Props {
  peaks: Float32Array;
  durationMs: number;
}

/** Draws the peaks over the media element that plays; it loads and decodes nothing itself. */
export function PlayerWaveform({ peaks, durationMs }: Props) {
  const sound = useSound();
  const scheme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = box.current;
    if (!container) return;
    // A canvas knows no variables.
    const style = getComputedStyle(container);
    const wave = WaveSurfer.create({
      container,
      media: sound.media,
      peaks: [peaks],
      duration: durationMs / 1000,
      height: 'auto',
      waveColor: style.getPropertyValue('--c-control').trim(),
      progressColor: style.getPropertyValue('--c-primary').trim(),
      cursorWidth: 0,
      barWidth: 2,
      barGap: 2,
      barMinHeight: 2,
      interact: false,
      hideScrollbar: true,
      // It writes a style element into its shadow root.
      cspNonce: styleNonce(),
    });
    return () => { wave.destroy(); };
  }, [sound, peaks, durationMs, scheme]);
  return <div ref={box} className={classes.wave} aria-hidden="true" />;
}

/** The shape of the sound: decoded once, kept as a few thousand numbers. */
import { useEffect, useState } from 'react';

/**
 * Chromium decodes at the recording's own rate before it resamples: 26 MB a minute and channel at 48 kHz for that
 * time (benchmarks/results/ui.md). Longer recordings get a plain bar.
 */
const LONGEST_WAVEFORM_MS = 20 * 60_000;
const SAMPLE_RATE = 8000;
const COUNT = 2000;
const SAMPLES_BEFORE_REST = 4_000_000;

async function peaksOf(samples: Float32Array, count = COUNT): Promise<Float32Array> {
  const peaks = new Float32Array(Math.max(1, Math.min(count, samples.length)));
  const width = samples.length / peaks.length;
  let sinceRest = 0;
  for (let index = 0; index < peaks.length; index += 1) {
    const end = Math.floor((index + 1) * width);
    let loudest = 0;
    for (let at = Math.floor(index * width); at < end; at += 1) {
      const value = Math.abs(samples[at] ?? 0);
      if (value > loudest) loudest = value;
    }
    peaks[index] = loudest;
    sinceRest += width;
    if (sinceRest > SAMPLES_BEFORE_REST) {
      sinceRest = 0;
      await new Promise((resolve) => { setTimeout(resolve); });
    }
  }
  return peaks;
}

async function decode(blob: Blob): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const decoded = await context.decodeAudioData(await blob.arrayBuffer());
  return peaksOf(decoded.getChannelData(0));
}

/** null until it is decoded, and for good when it is too long or this browser cannot decode it. */
export function usePeaks(blob: Blob | null, durationMs: number): Float32Array | null {
  const [peaks, setPeaks] = useState<Float32Array | null>(null);
  const wanted = blob !== null && durationMs > 0 && durationMs <= LONGEST_WAVEFORM_MS && typeof OfflineAudioContext !== 'undefined';
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    decode(blob).then((found) => { if (!gone) setPeaks(found); }, () => undefined);
    return () => { gone = true; };
  }, [blob, wanted]);
  return peaks;
}

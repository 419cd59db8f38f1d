/** How loud the microphone is, 0 to 1, some twenty times a second. */
export function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  if (!('AudioContext' in globalThis)) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    // Decibels from -60 to -6 over the height of the meter.
    const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length) || 1e-6);
    onLevel(Math.min(1, Math.max(0, (decibels + 60) / 54)));
  }, 50);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

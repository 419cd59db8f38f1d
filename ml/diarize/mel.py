"""The mel spectrogram the voice encoder was trained on, in numpy.

16 kHz, windows of 400 samples every 160, periodic Hann, centred with zeros, power, 40 Slaney
bands to 8 kHz with Slaney's area normalisation, no logarithm.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ml.audio.decode import SAMPLE_RATE, Samples

HOP = 160
WINDOW = 400
BANDS = 40

Mel = npt.NDArray[np.float32]


def mel_spectrogram(samples: Samples) -> Mel:
    """Frames x 40 bands; one frame for every 10 ms, the first centred on the first sample."""
    padded = np.pad(samples, WINDOW // 2)
    count = 1 + (len(padded) - WINDOW) // HOP
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    power = np.abs(np.fft.rfft(frames * _hann(), axis=1)) ** 2
    return np.asarray(power @ _filters().T, np.float32)


@lru_cache(maxsize=1)
def _hann() -> npt.NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)


@lru_cache(maxsize=1)
def _filters() -> npt.NDArray[np.float64]:
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    edges = _mel_to_hertz(np.linspace(0.0, _hertz_to_mel(SAMPLE_RATE / 2), BANDS + 2))
    below = (frequencies[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    above = (edges[2:, None] - frequencies[None]) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(below, above))
    return np.asarray(triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None])


# Slaney's scale: linear to 1 kHz, logarithmic above.
_BREAK_HERTZ = 1000.0
_HERTZ_PER_MEL = 200.0 / 3
_BREAK_MEL = _BREAK_HERTZ / _HERTZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def _hertz_to_mel(hertz: float) -> float:
    if hertz < _BREAK_HERTZ:
        return hertz / _HERTZ_PER_MEL
    return float(_BREAK_MEL + np.log(hertz / _BREAK_HERTZ) / _LOG_STEP)


def _mel_to_hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = mels * _HERTZ_PER_MEL
    logarithmic = _BREAK_HERTZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    return np.where(mels < _BREAK_MEL, linear, logarithmic)

"""Kaldi's log mel filterbank, as BEATs was trained on it: 128 bands, 25 ms windows every 10 ms.

Kaldi's `compute-fbank-feats` without dither: windows that fit whole, each freed of its mean,
pre-emphasised, weighted with the Povey window; the power spectrum through triangles on the mel
scale from 20 Hz to half the sampling rate; natural logarithm. In float32 throughout: the faintest
bands of a pure tone are rounding noise, and the model learnt them so.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml.errors import ErrorCode, PermanentError

SAMPLE_RATE = 16_000
BANDS = 128

_WINDOW = 400
_SHIFT = 160
_FFT = 512
_PREEMPHASIS = 0.97
_LOWEST_HZ = 20.0
_POVEY_POWER = 0.85
_SMALLEST = float(np.finfo(np.float32).eps)
_FULL_SCALE = 2.0**15


def log_mel_filterbank(samples: npt.NDArray[np.floating]) -> Tensor:
    """Log energies, float32 of the shape (windows, 128), of samples at 16 kHz between -1 and 1.

    Raises:
        PermanentError: `empty_audio`; less than one window of 25 ms.
    """
    if samples.ndim != 1 or samples.size < _WINDOW:
        raise PermanentError(ErrorCode.EMPTY_AUDIO, "The sound is shorter than 25 ms.")
    scaled = torch.tensor(samples, dtype=torch.float32) * _FULL_SCALE
    windows = scaled.unfold(0, _WINDOW, _SHIFT)
    windows = windows - windows.mean(1, keepdim=True)
    before = torch.cat([windows[:, :1], windows[:, :-1]], dim=1)
    povey = torch.hann_window(_WINDOW, periodic=False).pow(_POVEY_POWER)
    power = torch.fft.rfft((windows - _PREEMPHASIS * before) * povey, _FFT).abs().square()
    return (power @ _mel_triangles().T).clamp(min=_SMALLEST).log()


@cache
def _mel_triangles() -> Tensor:
    """Weights of the shape (128, 257); the bin at half the sampling rate weighs nothing."""
    lowest, highest = (1127.0 * math.log1p(hertz / 700.0) for hertz in (_LOWEST_HZ, SAMPLE_RATE / 2))
    width = (highest - lowest) / (BANDS + 1)
    left = lowest + torch.arange(BANDS).unsqueeze(1) * width
    bins = 1127.0 * (1.0 + torch.arange(_FFT // 2 + 1) * (SAMPLE_RATE / _FFT) / 700.0).log()
    rising = (bins - left) / width
    falling = 2.0 - rising
    weights = torch.minimum(rising, falling).clamp(min=0.0)
    weights[:, -1] = 0.0
    return weights

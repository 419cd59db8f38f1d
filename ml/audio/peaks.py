"""The shape of a recording's sound, for drawing: a few thousand numbers instead of the samples."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ml.audio.decode import DecodedAudio

PEAKS = 2_000

# A slammed door must not flatten an hour of speech, and a silent room must not look like speech.
_LOUD_PERCENTILE = 99.5
_LEAST_LOUD = 0.01  # -40 dBFS


def sound_peaks(audio: DecodedAudio, duration_ms: int, count: int = PEAKS) -> bytes:
    """The loudest sample of each of `count` equal stretches, one byte each.

    255 stands for the level that one stretch in 200 reaches, and for all above it.

    Args:
        audio: the decoded recording; its channels are mixed.
        duration_ms: what the peaks are spread over; beyond the samples they are 0.
        count: how many; fewer where a stretch would be shorter than 1 ms.
    """
    count = min(count, duration_ms)
    edges = [duration_ms * number // count for number in range(count + 1)] if count else []
    loudest = np.zeros(count, np.float32)
    for number, (start, end) in enumerate(pairwise(edges)):
        samples = audio.mono(start, end)
        loudest[number] = np.abs(samples).max() if len(samples) else 0.0
    loud = max(_LEAST_LOUD, float(np.percentile(loudest, _LOUD_PERCENTILE))) if count else 1.0
    return np.round(np.clip(loudest / loud, 0.0, 1.0) * 255).astype(np.uint8).tobytes()

"""Two-channel telehealth recordings: each channel one voice.

A stereo recording of one room has both voices in both channels. A call recorder puts one side
on the left and the other on the right: while one speaks, the other channel is far quieter, and
the two channels don't resemble each other. Then the channels are the speakers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.audio.decode import SAMPLE_RATE, DecodedAudio

FRAME_MS = 50
_FRAME = SAMPLE_RATE * FRAME_MS // 1000
_PIECE_MS = 60_000
_DOMINANT_DB = 8.0
_ACTIVE_DB = 35.0  # below the loudest frames by more than this is silence
_EXCLUSIVE_SHARE = 0.8
_LEAST_SHARE = 0.04
_LIKE = 0.5

Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ChannelLevels:
    """Loudness of both channels in dBFS, one row for every 50 ms, and their mean correlation."""

    decibels: Levels
    correlation: float


def channel_levels(audio: DecodedAudio) -> ChannelLevels:
    """Measure a two-channel recording piece by piece."""
    rows: list[Levels] = []
    products = np.zeros(3, np.float64)
    for start in range(0, max(1, audio.duration_ms), _PIECE_MS):
        both = np.stack([audio.channel(number, start, start + _PIECE_MS) for number in (0, 1)], axis=1)
        count = len(both) // _FRAME
        if not count:
            continue
        frames = both[: count * _FRAME].reshape(count, _FRAME, 2)
        energy = (frames.astype(np.float64) ** 2).mean(axis=1)
        rows.append((10 * np.log10(energy + 1e-10)).astype(np.float32))
        products += ((both[:, 0] * both[:, 1]).sum(), (both[:, 0] ** 2).sum(), (both[:, 1] ** 2).sum())
    correlation = float(products[0] / np.sqrt(products[1] * products[2] + 1e-12))
    return ChannelLevels(np.concatenate(rows) if rows else np.zeros((0, 2), np.float32), correlation)


def channels_are_speakers(levels: ChannelLevels) -> bool:
    """Whether each channel holds one voice of its own."""
    decibels = levels.decibels
    if not len(decibels) or abs(levels.correlation) > _LIKE:
        return False
    loudest = np.percentile(decibels.max(axis=1), 98)
    active = decibels[decibels.max(axis=1) > max(loudest - _ACTIVE_DB, -60.0)]
    if len(active) < 1000 / FRAME_MS:
        return False
    difference = active[:, 0] - active[:, 1]
    left = float((difference > _DOMINANT_DB).mean())
    right = float((difference < -_DOMINANT_DB).mean())
    return left + right >= _EXCLUSIVE_SHARE and min(left, right) >= _LEAST_SHARE


def dominant_channel(levels: ChannelLevels, start_ms: int, end_ms: int) -> int:
    """0 or 1: the channel with more energy between two times."""
    first = int(start_ms / FRAME_MS)
    part = levels.decibels[first : max(first + 1, int(np.ceil(end_ms / FRAME_MS)))]
    if not len(part):
        return 0
    energy = (10.0 ** (part.astype(np.float64) / 10)).mean(axis=0)
    return int(energy[1] > energy[0])

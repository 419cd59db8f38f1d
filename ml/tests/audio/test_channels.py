from __future__ import annotations

from pathlib import Path

import numpy as np

from ml.audio.channels import channel_levels, channels_are_speakers, dominant_channel
from ml.audio.decode import decode
from ml.tests.audio.media_files import write_wav

RATE = 16_000


def _noise(seconds: float, level: float, seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * level).astype(np.float32)


def _call(leak: float) -> np.ndarray:
    """Two people take turns of two seconds; each channel hears the other by `leak`."""
    left, right = [], []
    for turn in range(6):
        voice = _noise(2.0, 0.1, turn)
        left.append(voice if turn % 2 == 0 else voice * leak)
        right.append(voice * leak if turn % 2 == 0 else voice)
    return np.stack([np.concatenate(left), np.concatenate(right)], axis=1)


def test_one_voice_in_each_channel_is_a_call(tmp_path: Path) -> None:
    with decode(write_wav(tmp_path / "call.wav", _call(leak=0.05))) as audio:
        levels = channel_levels(audio)

    assert channels_are_speakers(levels)
    assert dominant_channel(levels, 500, 1500) == 0
    assert dominant_channel(levels, 2500, 3500) == 1


def test_a_room_in_stereo_is_not(tmp_path: Path) -> None:
    with decode(write_wav(tmp_path / "room.wav", _call(leak=0.8))) as audio:
        assert not channels_are_speakers(channel_levels(audio))


def test_the_same_in_both_channels_is_not(tmp_path: Path) -> None:
    voice = _noise(6, 0.1, 1)
    with decode(write_wav(tmp_path / "same.wav", np.stack([voice, voice], axis=1))) as audio:
        assert not channels_are_speakers(channel_levels(audio))


def test_one_silent_channel_is_not(tmp_path: Path) -> None:
    both = np.stack([_noise(6, 0.1, 1), np.zeros(6 * RATE, np.float32)], axis=1)
    with decode(write_wav(tmp_path / "left.wav", both)) as audio:
        assert not channels_are_speakers(channel_levels(audio))

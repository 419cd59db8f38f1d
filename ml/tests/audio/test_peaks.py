from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.audio.decode import SAMPLE_RATE, decode
from ml.audio.peaks import sound_peaks
from ml.tests.audio.media_files import tone, write_wav


def _peaks(path: Path, samples: npt.NDArray[np.float32], duration_ms: int, count: int = 2000) -> list[int]:
    with decode(write_wav(path / "sound.wav", samples)) as audio:
        return list(sound_peaks(audio, duration_ms, count))


def test_the_loud_half_stands_out(tmp_path: Path) -> None:
    samples = np.concatenate([tone(2, SAMPLE_RATE) * 0.25, tone(2, SAMPLE_RATE)])

    peaks = _peaks(tmp_path, samples, 4000, count=100)

    assert len(peaks) == 100
    assert set(peaks[51:]) <= {254, 255}
    assert all(60 <= peak <= 68 for peak in peaks[1:49])


def test_one_bang_does_not_flatten_speech(tmp_path: Path) -> None:
    samples = np.concatenate([tone(10, SAMPLE_RATE) * 0.1, tone(0.01, SAMPLE_RATE)])

    peaks = _peaks(tmp_path, samples, 10_010)

    assert peaks[-1] == 255
    assert np.median(peaks) > 200


def test_silence_stays_silent(tmp_path: Path) -> None:
    hiss = np.full(SAMPLE_RATE * 3, 0.0005, np.float32)

    assert max(_peaks(tmp_path, hiss, 3000)) <= 13


def test_what_lacks_at_the_end_is_silent_and_very_short_sounds_have_fewer(tmp_path: Path) -> None:
    sound = tone(1, SAMPLE_RATE)

    assert _peaks(tmp_path, sound, 2000, count=4)[2:] == [0, 0]
    assert len(_peaks(tmp_path, sound, 1000)) == 1000
    assert _peaks(tmp_path, sound, 0) == []

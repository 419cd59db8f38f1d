"""The mel front end, and real voices told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.audio.decode import decode
from ml.audio.vad import speech_probabilities, speech_spans
from ml.diarize.backends import DIARIZERS
from ml.diarize.base import Diarizer
from ml.diarize.mel import BANDS, mel_spectrogram
from ml.errors import BackendNotInstalled
from ml.tests.audio.media_files import tone
from ml.tests.real_models import SAMPLE, models_dir, shared_audio


def test_mel_has_a_frame_every_ten_milliseconds_and_its_peak_at_the_tone() -> None:
    low, high = mel_spectrogram(tone(1.6, 16_000, 300.0)), mel_spectrogram(tone(1.6, 16_000, 4000.0))

    assert low.shape == (161, BANDS)
    assert low.dtype == np.float32
    assert int(low.mean(axis=0).argmax()) < int(high.mean(axis=0).argmax())
    assert float(mel_spectrogram(np.zeros(25_600, np.float32)).max()) == 0.0


def test_mel_is_a_power_spectrum() -> None:
    quiet = mel_spectrogram(tone(1.0, 16_000) * np.float32(0.1))
    loud = mel_spectrogram(tone(1.0, 16_000))

    assert float(loud.sum() / quiet.sum()) == pytest.approx(100, rel=0.01)


def test_missing_model_is_said_when_it_is_built(tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled):
        DIARIZERS.build("voices", models_dir=tmp_path)


def test_fake_is_a_diarizer() -> None:
    assert isinstance(DIARIZERS.build("fake"), Diarizer)


@pytest.mark.weights
def test_sample_session_has_two_voices_that_take_turns() -> None:
    diarizer = DIARIZERS.build("voices", models_dir=models_dir("voice-encoder"))
    with decode(SAMPLE) as audio:
        speech = speech_spans(speech_probabilities(audio))
        turns = diarizer.diarize(audio, speech)

    assert {turn.speaker for turn in turns} == {"S1", "S2"}
    at = {
        time: next(t.speaker for t in turns if t.start_ms <= time <= t.end_ms) for time in (2000, 9000, 17000)
    }
    assert at == {2000: "S1", 9000: "S2", 17000: "S1"}


@pytest.mark.weights
@pytest.mark.shared
def test_one_real_speaker_stays_one() -> None:
    diarizer = DIARIZERS.build("voices", models_dir=models_dir("voice-encoder"))
    with decode(shared_audio("jfk.flac")) as audio:
        turns = diarizer.diarize(audio, speech_spans(speech_probabilities(audio)))

    assert {turn.speaker for turn in turns} == {"S1"}


@pytest.mark.weights
@pytest.mark.parametrize("gain", [0.05, 3.0])
def test_loudness_does_not_matter(gain: float, tmp_path: Path) -> None:
    from ml.tests.audio.media_files import write_wav

    diarizer = DIARIZERS.build("voices", models_dir=models_dir("voice-encoder"))
    with decode(SAMPLE) as audio:
        path = write_wav(tmp_path / "other.wav", audio.mono() * np.float32(gain))
        speech = speech_spans(speech_probabilities(audio))
        expected = [turn.speaker for turn in diarizer.diarize(audio, speech)]
    with decode(path) as audio:
        found = [turn.speaker for turn in diarizer.diarize(audio, speech)]

    assert found == expected


@pytest.mark.weights
@pytest.mark.parametrize("kind", ["noise", "narrow band"])
def test_bad_sound_keeps_two_voices_apart(kind: str, tmp_path: Path) -> None:
    from scipy.signal import resample_poly

    from ml.tests.audio.media_files import write_wav

    diarizer = DIARIZERS.build("voices", models_dir=models_dir("voice-encoder"))
    with decode(SAMPLE) as audio:
        samples = audio.mono()
    if kind == "noise":
        noise = np.random.default_rng(4).standard_normal(len(samples)).astype(np.float32)
        changed = samples + noise * np.float32(0.01)
    else:
        changed = resample_poly(resample_poly(samples, 1, 2), 2, 1).astype(np.float32) * np.float32(0.2)
    with decode(write_wav(tmp_path / "bad.wav", changed)) as audio:
        turns = diarizer.diarize(audio, speech_spans(speech_probabilities(audio)))

    assert {turn.speaker for turn in turns} == {"S1", "S2"}

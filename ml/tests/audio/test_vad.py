from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ml.audio.decode import decode
from ml.audio.vad import (
    FRAME_MS,
    SpeechOptions,
    peak_probability,
    probabilities_of,
    speech_probabilities,
    speech_spans,
)
from ml.tests.audio.media_files import tone, write_wav
from ml.tests.real_models import SAMPLE


def _track(*parts: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(count, value, np.float32) for value, count in parts])


def test_spans_open_above_and_close_below() -> None:
    spans = speech_spans(
        _track((0.0, 20), (0.9, 30), (0.4, 5), (0.9, 10), (0.1, 40)), SpeechOptions(pad_ms=0)
    )

    assert [(span.start_ms, span.end_ms) for span in spans] == [(round(20 * FRAME_MS), round(65 * FRAME_MS))]
    assert spans[0].confidence == pytest.approx((40 * 0.9 + 5 * 0.4) / 45, abs=0.01)


def test_short_pause_stays_inside_and_long_one_cuts() -> None:
    one = speech_spans(_track((0.9, 30), (0.0, 5), (0.9, 30)))
    two = speech_spans(_track((0.9, 30), (0.0, 20), (0.9, 30), (0.0, 20)))

    assert len(one) == 1
    assert len(two) == 2
    assert one[0].end_ms == round(65 * FRAME_MS)


def test_a_click_is_no_speech() -> None:
    assert speech_spans(_track((0.0, 30), (0.9, 3), (0.0, 30))) == []


def test_padding_never_crosses_a_neighbour() -> None:
    spans = speech_spans(_track((0.9, 30), (0.0, 12), (0.9, 30)), SpeechOptions(pad_ms=1000))

    assert spans[0].end_ms <= spans[1].start_ms


def test_peak_before_the_start_is_not_read_from_the_end() -> None:
    track = _track((0.7, 10), (0.0, 50))

    assert peak_probability(track, -100, 100) == pytest.approx(0.7)
    assert peak_probability(track, 10_000, 11_000) == 0.0


def test_silence_and_a_tone_are_no_speech() -> None:
    assert speech_spans(probabilities_of(np.zeros(64_000, np.float32))) == []
    assert speech_spans(probabilities_of(tone(3.0, 16_000))) == []


def test_sample_session_has_speech_where_its_turns_are() -> None:
    with decode(SAMPLE) as audio:
        spans = speech_spans(speech_probabilities(audio))

    assert 30_000 < sum(span.length_ms for span in spans) < 40_000
    assert spans[0].start_ms == pytest.approx(800, abs=200)
    assert all(later.start_ms >= earlier.end_ms for earlier, later in pairwise(spans))


def test_pieces_give_the_same_as_the_whole(tmp_path: Path) -> None:
    with decode(SAMPLE) as audio:
        samples = audio.mono()
    twice = np.concatenate([samples, samples])
    path = write_wav(tmp_path / "twice.wav", twice)

    with decode(path) as audio:
        piecewise = speech_probabilities(audio)
    whole = probabilities_of(twice)

    assert len(piecewise) == len(whole)
    assert float(np.abs(piecewise - whole).max()) < 0.02

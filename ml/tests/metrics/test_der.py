from __future__ import annotations

import pytest

from ml.metrics.der import Stretch, speaker_accuracy

REFERENCE = [Stretch(0, 4000, "therapist"), Stretch(4000, 8000, "client"), Stretch(8000, 10_000, "therapist")]


def test_names_are_matched_and_all_is_right() -> None:
    found = speaker_accuracy(
        REFERENCE, [Stretch(0, 4000, "S2"), Stretch(4000, 8000, "S1"), Stretch(8000, 10_000, "S2")]
    )

    assert found.mapping == {"S1": "client", "S2": "therapist"}
    assert (found.right, found.turns, found.diarization_error) == (3, 3, 0.0)


def test_one_voice_for_two_people_gets_half() -> None:
    found = speaker_accuracy(REFERENCE, [Stretch(0, 10_000, "S1")])

    assert found.right == 2
    assert found.wrong_turns == (1,)
    assert found.diarization_error == pytest.approx(0.4, abs=0.03)


def test_a_turn_without_words_is_wrong() -> None:
    found = speaker_accuracy(REFERENCE, [Stretch(0, 4000, "S1"), Stretch(4000, 8000, "S2")])

    assert found.wrong_turns == (2,)


def test_an_invented_third_voice_counts_as_error() -> None:
    words = [
        Stretch(0, 4000, "S1"),
        Stretch(4000, 6000, "S2"),
        Stretch(6000, 8000, "S3"),
        Stretch(8000, 10_000, "S1"),
    ]

    assert speaker_accuracy(REFERENCE, words).diarization_error == pytest.approx(0.2, abs=0.05)


def test_nothing_said_nothing_found() -> None:
    assert speaker_accuracy([], []).diarization_error == 0.0

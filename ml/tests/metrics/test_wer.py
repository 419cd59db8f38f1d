from __future__ import annotations

import pytest

from ml.metrics.wer import WordErrors, arrived_shares, word_errors


def test_writing_differences_are_no_errors() -> None:
    assert (
        word_errors("I don't have two o'clock, Mr. Hale.", "i do not have 2 o'clock mister hale").rate == 0.0
    )


def test_each_kind_is_counted() -> None:
    assert word_errors("the cat sat down", "a cat sat") == WordErrors(1, 1, 0, 4)
    assert word_errors("the cat", "the big cat") == WordErrors(0, 0, 1, 2)
    assert word_errors("the cat sat down", "").rate == 1.0
    assert word_errors("", "something").insertions == 1


def test_counts_add_up_over_texts() -> None:
    total = word_errors("good day", "good") + word_errors("see you", "see you")

    assert total.rate == pytest.approx(0.25)


def test_a_lost_turn_shows() -> None:
    turns = ["How was your week?", "I wanted to die on Tuesday.", "Thank you for telling me."]

    assert arrived_shares(turns, "How was your week? Thank you for telling me.") == [1.0, 0.0, 1.0]
    assert min(arrived_shares(turns, " ".join(turns))) == 1.0

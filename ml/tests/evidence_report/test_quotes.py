from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.evidence.quotes import evidence, quote_in, reworded
from ml.schemas.transcript import Segment, Word

TEXT = "But I don't have a plan, and I would never do that to my daughter."


@pytest.mark.parametrize(
    "quote",
    [
        TEXT,
        "i DON’T have a plan",
        "I don't have   a plan and I",
        "never do that to my daughter",
        "dont have a plan",
    ],
)
def test_white_space_case_and_punctuation_are_put_aside(quote: str) -> None:
    assert quote_in(TEXT, quote)


@pytest.mark.parametrize("quote", ["", " ... ", "I have a plan", "her", "do that to my son", "plan have"])
def test_other_words_are_no_quote(quote: str) -> None:
    assert not quote_in(TEXT, quote)


def test_arabic_vowel_marks_and_scripts_without_spaces() -> None:
    assert quote_in("لَا أُرِيدُ أَنْ أَعِيش", "لا أريد أن أعيش")
    assert quote_in("最近は全然眠れません。", "眠れません")
    assert not quote_in("最近は全然眠れません。", "眠れます")


def test_evidence_takes_the_times_of_the_quoted_words() -> None:
    words = [Word(start_ms=i * 100, end_ms=i * 100 + 90, text=f" {w}") for i, w in enumerate(TEXT.split())]
    segment = Segment(id="s", index=0, start_ms=0, end_ms=2000, text=TEXT, words=words)
    found = evidence(segment, "I would never do that")
    assert (found.start_ms, found.end_ms) == (700, 1190)
    bare = segment.model_copy(update={"words": []})
    assert (evidence(bare, "I would never").start_ms, evidence(bare, "I would never").end_ms) == (0, 2000)


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=5), min_size=3, max_size=12), st.data())
def test_any_run_of_words_is_a_quote_of_its_text(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    assert quote_in(" ".join(words), ", ".join(words[start:end]).upper() + "!")


@pytest.mark.parametrize(
    ("now", "quote", "expected"),
    [
        (
            "That is bad. And how has your mood been?",
            "Add how has your mood been",
            "And how has your mood been",
        ),
        ("Well, I do want to live.", "I don't want to live", "I do want to live"),
        ("So my mind races about my work, see.", "my mind races about work", "my mind races about my work"),
        ("So my mind races at work, see.", "my mind really races at work", "my mind races at work"),
        ("I wake at five.", "I wake up at four", "I wake at five"),
        ("Something else altogether was said.", "my mind races about work", None),
        ("I sleep well.", "I sleep", None),
        ("", "my mind races about work", None),
        ("", "", None),
    ],
)
def test_a_quote_after_a_correction(now: str, quote: str, expected: str | None) -> None:
    assert reworded(now, quote) == expected

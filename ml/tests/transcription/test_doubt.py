"""What was not said is taken out, and what was said stays."""

from __future__ import annotations

import numpy as np
import pytest

from ml.asr.base import Passage
from ml.schemas.transcript import Word
from ml.transcription.doubt import believable, trustworthy, without_loops


def _words(text: str) -> list[Word]:
    return [
        Word(start_ms=n * 300, end_ms=n * 300 + 250, text=f" {part}") for n, part in enumerate(text.split())
    ]


def _text(words: list[Word]) -> str:
    return "".join(word.text for word in words).strip()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no no no I will not", "no no no I will not"),
        ("I'm sorry. I'm sorry. I'm sorry.", "I'm sorry. I'm sorry. I'm sorry."),
        ("and then " + "I went home " * 9 + "again", "and then I went home again"),
        ("yeah " * 30, "yeah"),
        ("I want to, I want to, I want to, I want to, I want to leave", "I want to, leave"),
    ],
)
def test_loops_are_cut_and_emphasis_stays(said: str, kept: str) -> None:
    assert _text(without_loops(_words(said))) == kept


def test_words_over_silence_are_not_believed() -> None:
    silence = np.full(100, 0.02, np.float32)
    murmur = np.full(100, 0.3, np.float32)
    speech = np.full(100, 0.9, np.float32)
    stock = Passage(500, 1500, "Thank you for watching!")
    other = Passage(500, 1500, "I don't want to talk about it.")

    assert not believable(stock, silence)
    assert not believable(other, silence)
    assert not believable(stock, murmur)
    assert believable(other, murmur)
    assert believable(stock, speech)


def test_a_second_decoding_must_be_sound() -> None:
    assert trustworthy(Passage(0, 1000, "No.", avg_logprob=-0.5))
    assert not trustworthy(Passage(0, 1000, "No.", avg_logprob=-1.5))
    assert not trustworthy(Passage(0, 1000, "la la la la", avg_logprob=-0.3, compression_ratio=4.0))
    assert not trustworthy(Passage(0, 1000, "you", avg_logprob=-0.9, no_speech_prob=0.9))
    assert not trustworthy(Passage(0, 1000, "...", avg_logprob=-0.1))

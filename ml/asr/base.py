"""What every speech recognizer does: samples in, timed passages out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from ml.schemas.transcript import Word

SAMPLE_RATE = 16_000
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """How one clip is decoded.

    `language` is an ISO 639-1 code, None to detect it. `temperatures` are tried in order until
    a passage looks sound. `prompt` is text that came before, which steers spelling.
    `condition_on_previous_text` lets a passage see the one before it inside the same clip.
    """

    language: str | None = None
    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    prompt: str | None = None
    condition_on_previous_text: bool = True


DEFAULT_OPTIONS = TranscribeOptions()


@dataclass(frozen=True, slots=True)
class Passage:
    """A decoded passage; times are milliseconds from the start of the clip.

    `avg_logprob`, `no_speech_prob` and `compression_ratio` are Whisper's own measures of doubt;
    a backend that lacks one leaves its neutral value.
    """

    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...] = ()
    avg_logprob: float = 0.0
    no_speech_prob: float = 0.0
    compression_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Transcription:
    """A clip's language and its passages, decoded while they are read."""

    language: str
    language_probability: float
    passages: Iterator[Passage] = field(repr=False)


@runtime_checkable
class Transcriber(Protocol):
    """A speech recognizer. Building one is cheap; its model loads on first use and stays.

    `engine` and `model` name it in the transcript.
    """

    engine: str
    model: str

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        """Decode mono float32 samples at 16 kHz (-1 to 1); each passage has its words' times.

        Raises:
            PermanentError: `model_not_available`, or what a server refused for good.
            TransientError: `model_timeout` from a backend on the network.
        """
        ...


def spread_words(text: str, start_ms: int, end_ms: int, confidence: float = 1.0) -> tuple[Word, ...]:
    """Word times for a backend that gives only passages: in proportion to the words' lengths."""
    parts = text.split()
    total = sum(len(part) + 1 for part in parts)
    words = []
    at = 0
    for part in parts:
        begin = start_ms + (end_ms - start_ms) * at // total
        at += len(part) + 1
        end = start_ms + (end_ms - start_ms) * at // total
        words.append(Word(start_ms=begin, end_ms=end, text=f" {part}", confidence=confidence))
    return tuple(words)

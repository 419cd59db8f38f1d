"""A recognizer for unit tests: it says the words it was given, evenly over the clip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ml.asr.base import (
    DEFAULT_OPTIONS,
    SAMPLE_RATE,
    Passage,
    Samples,
    TranscribeOptions,
    Transcription,
    spread_words,
)


class FakeTranscriber:
    """Sentence n of `sentences` for clip n, again from the first after the last."""

    engine = "fake"

    def __init__(
        self,
        *,
        models_dir: Path | None = None,
        device: str = "auto",
        model: str = "fake",
        sentences: Sequence[str] = ("How have you been this week?",),
        language: str = "en",
    ) -> None:
        self.model = model
        self.clips: list[int] = []
        self._sentences = sentences
        self._language = language

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        text = self._sentences[len(self.clips) % len(self._sentences)]
        length_ms = len(samples) * 1000 // SAMPLE_RATE
        self.clips.append(length_ms)
        passage = Passage(0, length_ms, text, spread_words(text, 0, length_ms))
        return Transcription(options.language or self._language, 1.0, iter([passage] if text else []))

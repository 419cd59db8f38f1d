"""A diarizer for unit tests: speech spans take turns between the expected speakers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ml.audio.decode import DecodedAudio
from ml.audio.vad import SpeechSpan
from ml.diarize.base import SpeakerTurn
from ml.progress import Progress, no_progress


class FakeDiarizer:
    """Span n belongs to speaker n modulo the number of speakers (two unless told)."""

    name = "fake"

    def __init__(self, *, models_dir: Path | None = None) -> None:
        self.models_dir = models_dir

    def diarize(
        self,
        audio: DecodedAudio,
        speech: Sequence[SpeechSpan],
        speakers_expected: int | None = None,
        progress: Progress = no_progress,
    ) -> list[SpeakerTurn]:
        progress(1.0)
        count = speakers_expected or 2
        return [
            SpeakerTurn(span.start_ms, span.end_ms, f"S{index % count + 1}")
            for index, span in enumerate(speech)
        ]

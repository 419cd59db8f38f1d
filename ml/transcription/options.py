"""What an engine of transcription is built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.diarize.base import MOST_SPEAKERS


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """Backends by name with their own options, and the defaults of a call.

    `language` is "auto" or an ISO 639-1 code; `speakers_expected` 1 to 6, None to estimate;
    `device` "auto", "cpu" or "cuda"; `scratch_dir` holds the decoded samples while one
    recording is worked on (115 MB for each hour and channel).
    """

    models_dir: Path
    transcriber: str = "faster_whisper"
    transcriber_options: Mapping[str, Any] = field(default_factory=dict)
    diarizer: str = "voices"
    diarizer_options: Mapping[str, Any] = field(default_factory=dict)
    language: str = "auto"
    speakers_expected: int | None = None
    device: str = "auto"
    beam_size: int = 5
    scratch_dir: Path | None = None

    def __post_init__(self) -> None:
        if self.speakers_expected is not None and not 1 <= self.speakers_expected <= MOST_SPEAKERS:
            raise ValueError(f"speakers_expected is 1 to {MOST_SPEAKERS} or None.")

"""What an extraction makes and with what; each stage's key holds the part that shapes its output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PLATFORM = "platform"
ASSEMBLYAI = "assemblyai"


@dataclass(frozen=True, slots=True)
class ExtractionConfig:
    """How videos become dialogues.

    `watch_url` is where a video id is fetched from, with "{video}" in it; `video_format` is yt-dlp's
    format selection. `crf` and `preset` are libx264's. A turn longer than `min_clip_ms` becomes a clip;
    turns are made of segments by the rule of `dataset.extraction.turns`.
    """

    watch_url: str = "https://www.youtube.com/watch?v={video}"
    video_format: str = "bv*[height<=720]+ba/b[height<=720]/b"
    fps: int = 16
    crf: int = 20
    preset: str = "veryfast"
    audio_rate: int = 16_000
    min_clip_ms: int = 3_000
    merge_gap_ms: int = 2_000
    max_turn_ms: int = 60_000
    transcriber: str = PLATFORM
    language: str = "auto"
    speakers_expected: int | None = None

    def __post_init__(self) -> None:
        if "{video}" not in self.watch_url:
            raise ValueError('watch_url must hold "{video}".')
        if self.fps < 1 or 1_000_000 % self.fps:
            raise ValueError("fps must divide a second into whole microseconds: 8, 10, 16, 20, 25 …")
        if self.transcriber not in {PLATFORM, ASSEMBLYAI}:
            raise ValueError(f"transcriber is {PLATFORM} or {ASSEMBLYAI}.")


@dataclass(frozen=True, slots=True)
class Services:
    """Keys and addresses of what is outside; never part of a key or a record.

    `engine_options` are those of `ml.transcription.options.TranscriptionOptions` without models_dir.
    """

    models_dir: Path
    youtube_api_key: str = ""
    youtube_endpoint: str = ""
    youtube_daily_units: int = 10_000
    assemblyai_api_key: str = ""
    assemblyai_base_url: str = "https://api.assemblyai.com"
    assemblyai_model: str = "universal"
    poll_s: float = 3.0
    timeout_s: float = 60.0
    attempts: int = 5
    backoff_s: float = 1.0
    engine_options: Mapping[str, Any] = field(default_factory=dict)

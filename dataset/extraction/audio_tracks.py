"""video.mp4 (or a source without pictures) becomes audio.wav: 16 kHz, one channel, 16 bits."""

from __future__ import annotations

from pathlib import Path

from dataset.errors import Quarantine
from dataset.extraction.config import ExtractionConfig
from dataset.extraction.ffmpeg import CLEAN, run_ffmpeg
from dataset.extraction.media import MediaFacts, inspect
from dataset.manifest import work_key
from dataset.stages import Result
from dataset.workspace import VideoFolder, replacing

AUDIO = "audio"


def audio_key(config: ExtractionConfig, input_sha256: str) -> str:
    return work_key(input=input_sha256, rate=config.audio_rate, version=1)


def extract_audio(config: ExtractionConfig, folder: VideoFolder, source: Path) -> Result:
    """Write the sound track of `source`.

    Raises:
        Quarantine: `no_sound` (there is no track), `media_unreadable`.
        PermanentError: as `inspect`.
    """
    facts = inspect(source)
    if facts.audio is None:
        raise Quarantine("It has no sound track.", "no_sound")
    with replacing(folder.audio) as part:
        run_ffmpeg(audio_command(source, facts, config, part))
    return Result([folder.audio])


def audio_command(source: Path, facts: MediaFacts, config: ExtractionConfig, target: Path) -> list[str]:
    """ffmpeg's arguments; gaps become silence, so that times stay those of the video."""
    return [
        *("-protocol_whitelist", "file", "-f", facts.demuxer, "-i", str(source)),
        *("-map", f"0:{facts.audio}", "-vn", "-ac", "1"),
        *("-af", f"aresample={config.audio_rate}:async=1:first_pts=0", "-c:a", "pcm_s16le"),
        *CLEAN,
        str(target),
    ]

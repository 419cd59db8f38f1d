"""source.* becomes video.mp4: a constant 16 frames a second and a keyframe each second.

With both, a clip can start at any second without decoding what came before, and every model sees
the same number of frames for the same time.
"""

from __future__ import annotations

from pathlib import Path

from dataset.errors import Quarantine
from dataset.extraction.config import ExtractionConfig
from dataset.extraction.ffmpeg import CLEAN, EVEN, run_ffmpeg
from dataset.extraction.media import MediaFacts, frames_of, inspect
from dataset.manifest import work_key
from dataset.stages import Result
from dataset.workspace import VideoFolder, replacing

STANDARDIZE = "standardize"
_LEAST_SHARE = 0.9
_AUDIO = ("-c:a", "aac", "-b:a", "128k")


def standardize_key(config: ExtractionConfig, source_sha256: str) -> str:
    return work_key(source=source_sha256, fps=config.fps, crf=config.crf, preset=config.preset, version=1)


def standardize(config: ExtractionConfig, folder: VideoFolder) -> Result:
    """Re-encode the source; one without pictures stays as it is and is read for its sound alone.

    Raises:
        Quarantine: `media_unreadable`; `truncated` (under nine tenths of the stated length are there).
        PermanentError: as `inspect`.
    """
    source = _source(folder)
    facts = inspect(source)
    if facts.video is None:
        folder.standard.unlink(missing_ok=True)
        return Result([], reason="audio_only")
    with replacing(folder.standard) as part:
        run_ffmpeg(standard_command(source, facts, config, part))
        made_ms = len(frames_of(part).times) * 1000 // config.fps
        if made_ms < facts.duration_ms * _LEAST_SHARE:
            raise Quarantine(f"{made_ms} of {facts.duration_ms} ms can be read.", "truncated")
    return Result([folder.standard], reason=", ".join(facts.notes))


def standard_command(source: Path, facts: MediaFacts, config: ExtractionConfig, target: Path) -> list[str]:
    """ffmpeg's arguments. Pictures and sound both start at 0: a clip's time is the transcript's."""
    fps = str(config.fps)
    sound = (
        ["-map", f"0:{facts.audio}", "-af", "aresample=async=1:first_pts=0", *_AUDIO]
        if facts.audio is not None
        else []
    )
    return [
        *("-protocol_whitelist", "file", "-f", facts.demuxer, "-i", str(source)),
        *("-map", f"0:{facts.video}", "-vf", f"fps={fps}:start_time=0,{EVEN}"),
        *("-c:v", "libx264", "-preset", config.preset, "-crf", str(config.crf), "-pix_fmt", "yuv420p"),
        *("-g", fps, "-keyint_min", fps, "-sc_threshold", "0"),
        *sound,
        *CLEAN,
        *("-movflags", "+faststart", str(target)),
    ]


def _source(folder: VideoFolder) -> Path:
    source = folder.source()
    if source is None:
        raise FileNotFoundError(2, "the source is missing", folder.item)
    return source

"""Turns longer than the threshold are cut out of video.mp4 as clips of whole frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataset.extraction.config import ExtractionConfig
from dataset.extraction.ffmpeg import CLEAN, run_ffmpeg
from dataset.extraction.turns import Turn

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip by frames of video.mp4: the first and how many."""

    first: int
    frames: int

    def start_us(self, fps: int) -> int:
        return self.first * _MICROSECONDS // fps

    def length_us(self, fps: int) -> int:
        return self.frames * _MICROSECONDS // fps


def cut_of(turn: Turn, config: ExtractionConfig, video_frames: int) -> Cut | None:
    """The whole frames a turn touches, so each end is less than one frame outside it; None when
    the turn (or what the video has of it) is not longer than the threshold."""
    first = turn.start_ms * config.fps // 1000
    end = min(-(-turn.end_ms * config.fps // 1000), video_frames)
    frames = end - first
    if turn.length_ms <= config.min_clip_ms or frames * 1000 <= config.min_clip_ms * config.fps:
        return None
    return Cut(first, frames)


def clip_name(index: int, turn: Turn) -> str:
    return f"{index:04d}_{turn.start_ms:07d}-{turn.end_ms:07d}_{turn.speaker}.mp4"


def cut_clip(video: Path, cut: Cut, config: ExtractionConfig, target: Path, *, sound: bool = True) -> None:
    """Cut and encode anew; copying the stream would start at a keyframe, up to a second early.

    Raises:
        Quarantine: `media_unreadable`.
    """
    run_ffmpeg(clip_command(video, cut, config, target, sound=sound))


def clip_command(
    video: Path, cut: Cut, config: ExtractionConfig, target: Path, *, sound: bool = True
) -> list[str]:
    """ffmpeg's arguments: it seeks to the keyframe before, decodes on, and drops frames before the
    first; sound is padded to the last frame's end."""
    length = f"{cut.length_us(config.fps)}us"
    tracks = ["-map", "0:a:0", "-af", "apad", "-c:a", "aac", "-b:a", "128k"] if sound else []
    return [
        *(
            "-protocol_whitelist",
            "file",
            "-f",
            "mov",
            "-ss",
            f"{cut.start_us(config.fps)}us",
            "-i",
            str(video),
        ),
        *("-t", length, "-map", "0:v:0", "-frames:v", str(cut.frames)),
        *("-c:v", "libx264", "-preset", config.preset, "-crf", str(config.crf), "-pix_fmt", "yuv420p"),
        *("-g", str(config.fps), "-keyint_min", str(config.fps), "-sc_threshold", "0"),
        *tracks,
        *CLEAN,
        *("-movflags", "+faststart", str(target)),
    ]

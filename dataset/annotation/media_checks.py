"""Whether a clip may be shown to a model, and why not."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from dataset.annotation.media_probes import MediaRecord, probe

_LEAST_SHARE = 0.9
"""Below this share of the stated length the file was cut off or is damaged; a container's rounding
and a last group of pictures stay above it."""
_SIZES = range(16, 8193)
_HIGHEST_RATE = 240.0


class MediaFault(StrEnum):
    """What is wrong with a clip."""

    MISSING = "clip_missing"
    UNREADABLE = "clip_unreadable"
    NO_VIDEO = "clip_without_video"
    BAD_SIZE = "clip_size_invalid"
    BAD_FRAME_RATE = "clip_frame_rate_invalid"
    INCOMPLETE = "clip_incomplete"
    SHORT = "clip_short"


def check(path: Path, min_clip_ms: int) -> MediaFault | None:
    """What keeps a clip from being watched; None for a sound one longer than `min_clip_ms`."""
    if not path.is_file():
        return MediaFault.MISSING
    return fault_of(probe(path), min_clip_ms)


def fault_of(record: MediaRecord, min_clip_ms: int) -> MediaFault | None:
    """The first fault of a clip's record; sound is not needed."""
    if not record.readable:
        return MediaFault.UNREADABLE
    if not record.video_codec:
        return MediaFault.NO_VIDEO
    if record.width not in _SIZES or record.height not in _SIZES:
        return MediaFault.BAD_SIZE
    if not 0.0 < record.frame_rate <= _HIGHEST_RATE:
        return MediaFault.BAD_FRAME_RATE
    decoded_ms = record.frames * 1000 / record.frame_rate
    stated_ms = record.video_duration_ms or record.duration_ms
    if not record.frames or decoded_ms < _LEAST_SHARE * stated_ms:
        return MediaFault.INCOMPLETE
    return MediaFault.SHORT if decoded_ms <= min_clip_ms else None

"""The sampled frames of a video file, upright, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.audio.media import open_media
from ml.errors import ErrorCode, PermanentError
from ml.multimodal.videollama2.frame_sampling import frames_between, uniform_frames

Frame = npt.NDArray[np.uint8]


def read_frames(
    path: Path, wanted: int, *, start_s: float | None = None, end_s: float | None = None
) -> list[Frame]:
    """`wanted` frames spread evenly over a clip (or over a stretch of it), (height, width, 3) each.

    Frames are counted by their packets. Where the last of them cannot be decoded, the last frame
    that can stands for them.

    Raises:
        PermanentError: `unsupported_media` (no video, no frames there, no such file),
            `corrupted_audio` (the structure of the file is broken, or no frame can be decoded).
    """
    try:
        available, fps = _count(path)
    except FileNotFoundError:
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The clip's file is missing.") from None
    stretch = frames_between(start_s, end_s, fps, available)
    numbers = [stretch[number] for number in uniform_frames(wanted, len(stretch))]
    chosen: dict[int, Frame] = {}
    last: Any = None
    for number, frame in enumerate(_decoded(path)):
        last = frame
        if number in numbers:
            chosen[number] = _upright(frame)
        if number >= numbers[-1]:
            break
    if last is None:
        raise PermanentError(ErrorCode.CORRUPTED_AUDIO, "No frame of the clip can be decoded.")
    return [chosen[number] if number in chosen else _upright(last) for number in numbers]


def _count(path: Path) -> tuple[int, float]:
    with open_media(path) as container:
        stream = _video_stream(container)
        rate = stream.average_rate or stream.guessed_rate
        packets = sum(1 for packet in container.demux(stream) if packet.size > 0)
        return packets, float(rate) if rate else 25.0


def _decoded(path: Path) -> Iterator[Any]:
    import av.error

    with open_media(path) as container:
        stream = _video_stream(container)
        stream.thread_type = "AUTO"
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                continue  # a damaged packet; the frames after it may be whole


def _video_stream(container: Any) -> Any:
    for stream in container.streams.video:
        if not stream.disposition & stream.disposition.attached_pic:
            return stream
    raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The file has no video.")


def _upright(frame: Any) -> Frame:
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), turns))

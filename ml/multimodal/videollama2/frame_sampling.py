"""Which frames of a clip the model sees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.errors import ErrorCode, PermanentError

FrameNumbers = npt.NDArray[np.int64]


def uniform_frames(wanted: int, available: int) -> FrameNumbers:
    """The middles of `wanted` equal stretches of a clip of `available` frames; short clips repeat frames.

    Raises:
        PermanentError: `unsupported_media`; the clip has no frames.
    """
    _require_frames(available)
    # The ends are computed one by one and halved, as the published models were trained: rounding
    # falls on other frames when the middles are computed directly.
    length = float(available - 1) / wanted
    middles = [(length * number + length * (number + 1)) / 2 for number in range(wanted)]
    return np.round(np.array(middles) + 1e-6).astype(np.int64)


def frames_each_second(fps: float, available: int) -> FrameNumbers:
    """The middle frame of every second of a clip of `available` frames at `fps` frames a second."""
    _require_frames(available)
    second = min(max(int(fps), 1), available)
    return np.arange(second // 2, available, second, dtype=np.int64)


def frames_between(start_s: float | None, end_s: float | None, fps: float, available: int) -> range:
    """The frames of a stretch in seconds of a clip; without ends, all of them."""
    _require_frames(available)
    first = 0 if start_s is None else max(int(start_s * fps) - 1, 0)
    last = available - 1 if end_s is None else min(int(end_s * fps) - 1, available - 1)
    if last < first:
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The clip has no frames in the wanted stretch.")
    return range(first, last + 1)


def _require_frames(available: int) -> None:
    if available < 1:
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The clip has no frames.")

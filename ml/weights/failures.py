"""The two ways in which a model cannot be had; both carry the code `model_not_available`."""

from __future__ import annotations

import shutil
from pathlib import Path

from ml.errors import BackendNotInstalled, ErrorCode, TransientError

MARGIN = 256 * 1024 * 1024


class SourceUnreachable(TransientError):
    """The registry or hub did not answer; the same call may succeed later."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.MODEL_NOT_AVAILABLE, message)


class WrongBytes(BackendNotInstalled):
    """What a source delivered is not what the catalogue expects; nothing of it is kept."""


class DiskFull(BackendNotInstalled):
    """The models do not fit on the disk."""


def require_space(folder: Path, needed: int, what: str) -> None:
    """Refuse to start what cannot be finished.

    Args:
        needed: Bytes that will be written; a margin of 256 MiB is added.

    Raises:
        DiskFull: `model_not_available`, with both figures.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + MARGIN:
        raise DiskFull(
            f"{what} needs {megabytes(needed + MARGIN)} of free disk space and the models' disk has "
            f"{megabytes(free)}. Make room or set MODELS_DIR to another disk."
        )


def megabytes(size: int) -> str:
    """A size for people, for example "145 MB"."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"

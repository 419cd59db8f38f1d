"""The platform's settings, and one planted defect: a decoder that dies of a certain recording."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from core.settings import *  # noqa: F403
from core.tests.faults.poison import POISON
from ml.audio import decode, media

_open_media = media.open_media


def _dies_of_poison(source: Any) -> Any:
    if isinstance(source, Path) and POISON in source.read_bytes():
        ctypes.string_at(0)  # a segmentation fault, as a broken codec library would have it
    return _open_media(source)


setattr(decode, "open_media", _dies_of_poison)  # noqa: B010

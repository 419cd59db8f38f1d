"""Screenshots small enough to keep in the repository."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

LIMIT = 200_000
"""Bytes of one picture."""


def write_small_png(png: bytes, path: Path) -> None:
    """Write it with a palette; the colours get fewer until it fits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LIMIT:
            return
    raise AssertionError(f"{path.name} has {path.stat().st_size} bytes with 64 colours")

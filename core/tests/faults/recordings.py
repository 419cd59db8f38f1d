"""Short recordings that differ: seconds of the sample session, each with a hash of its own."""

from __future__ import annotations

import functools
import struct
from pathlib import Path

from core.tests.faults.poison import POISON
from core.tests.flows.platform import SAMPLE

SECONDS = 4.0
RATE = 16_000


def recording(number: int, *, poison: bool = False) -> bytes:
    """A WAV file of four seconds of speech; the same number gives the same bytes."""
    mark = b"%s %d" % (POISON if poison else b"fault test", number)
    mark += b"\0" * (len(mark) % 2)
    note = b"INFOICMT" + struct.pack("<I", len(mark)) + mark
    sound = _speech()
    chunks = (
        b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
        + b"LIST" + struct.pack("<I", len(note)) + note
        + b"data" + struct.pack("<I", len(sound)) + sound
    )  # fmt: skip
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@functools.cache
def _speech(path: Path = SAMPLE) -> bytes:
    import numpy as np

    from ml.audio.decode import decode

    with decode(path) as audio:
        samples = audio.mono(0, int(SECONDS * 1000))
    return bytes((samples * 32767).astype(np.int16).tobytes())

"""Which part of a sound the model hears: always 30 s, so that every clip gives as many tokens.

The reference crops long sound at random; here the same file always gives the same answer.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.multimodal.videollama2.filterbank import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

HEARD_S = 30
_PIECES = 8
_PIECE_S = 2


def sound_track_window(samples: Samples) -> Samples:
    """What is heard of a clip's sound track: eight pieces of 2 s, evenly spread, then silence up to 30 s.

    Pieces of a clip shorter than 16 s overlap, as in training.
    """
    piece = min(_PIECE_S * SAMPLE_RATE, len(samples))
    starts = np.linspace(0, len(samples) - piece, _PIECES).astype(int)
    return _padded(np.concatenate([samples[start : start + piece] for start in starts]))


def recording_window(samples: Samples) -> Samples:
    """What is heard of a sound file: its middle 30 s, or all of it and silence up to 30 s."""
    surplus = max(len(samples) - HEARD_S * SAMPLE_RATE, 0)
    return _padded(samples[surplus // 2 : surplus // 2 + HEARD_S * SAMPLE_RATE])


def _padded(samples: Samples) -> Samples:
    return np.pad(samples, (0, HEARD_S * SAMPLE_RATE - len(samples))).astype(np.float32)

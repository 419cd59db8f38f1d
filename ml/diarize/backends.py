"""The diarizers by name."""

from __future__ import annotations

from ml.diarize.base import Diarizer
from ml.registry import Registry

DIARIZERS: Registry[Diarizer] = Registry(
    "diarizer",
    {
        "voices": "ml.diarize.voices.VoiceDiarizer",
        "fake": "ml.diarize.fake.FakeDiarizer",
    },
)
"""Every backend takes ``models_dir`` and its own options; `fake` is for unit tests."""

"""Real model files for the tests that are marked `weights`; skipped where they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml.weights.store import WeightStore

ROOT = Path(__file__).resolve().parents[2]
SHARED_AUDIO = ROOT.parent / "shared" / "audio"
SAMPLE = ROOT / "assets" / "session_short.ogg"


def models_dir(*names: str) -> Path:
    """The folder that holds the named models; skips the test where one is missing."""
    root = Path(os.environ.get("MODELS_DIR", "") or ROOT / "var" / "models")
    missing = [name for name in names if not WeightStore(root).has(name)]
    if missing:
        pytest.skip(f"models not on this machine: {', '.join(missing)}")
    return root


def shared_audio(name: str) -> Path:
    """A reference recording that is no part of this repository; skips where it is absent."""
    path = SHARED_AUDIO / name
    if not path.exists():
        pytest.skip(f"reference audio not on this machine: {name}")
    return path

"""One live platform for all tests of a run that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.tests.flows.platform import QUICK_FAULTS, LivePlatform, live_platform
from ml.weights.store import WeightStore


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    """The embedded platform with real engines and leases short enough for a test."""
    models = Path(os.environ["MODELS_DIR"])
    store = WeightStore(models)
    missing = [
        name for name in ("whisper-base", "voice-encoder", "minilm", "risk-encoder") if not store.has(name)
    ]
    if missing:
        pytest.skip(f"models are not here: {', '.join(missing)}")
    var_dir = tmp_path_factory.mktemp("platform") / "var"
    with live_platform(var_dir, MODELS_DIR=str(models), **QUICK_FAULTS) as running:
        yield running

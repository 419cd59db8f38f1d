"""One cluster for the fault tests of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.tests.faults.cluster import LiveCluster, live_cluster
from core.tests.faults.load import SteadyClient
from ml.weights.store import WeightStore


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    """Servers behind proxies, web, beat, two workers and the reaper's; small real engines."""
    models = Path(os.environ["MODELS_DIR"])
    missing = [name for name in ("whisper-tiny-en", "voice-encoder") if not WeightStore(models).has(name)]
    if missing:
        pytest.skip(f"models are not here: {', '.join(missing)}")
    with live_cluster(tmp_path_factory.mktemp("cluster"), MODELS_DIR=str(models)) as running:
        yield running


@pytest.fixture
def client(cluster: LiveCluster) -> Iterator[SteadyClient]:
    """Signed in, and does not give up."""
    with closing(SteadyClient(cluster)) as client:
        client.sign_in()
        yield client

"""A worker whose clock jumps, by libfaketime: its leases are judged in the database's time.

By ten minutes, far more than a lease lasts. Beyond fifteen a bucket refuses every signature of that
worker, whose sessions then end with `storage_unavailable`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from core.runtime.processes import platform_processes
from core.runtime.supervisor import Supervisor
from core.tests.faults.cluster import LiveCluster
from core.tests.faults.load import SteadyClient

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(1200)]

LIBRARY = "faketime/libfaketimeMT.so.1"
NAME = "worker-odd-clock"
RUNS = (
    "SELECT outcome FROM sessions_app_stagerun "
    "WHERE session_id = %s AND stage = 'transcription' ORDER BY attempt"
)
LEASE = (
    "SELECT extract(epoch FROM lease_expires_at - clock_timestamp()) FROM sessions_app_therapysession "
    "WHERE id = %s AND status = 'transcribing'"
)


@pytest.fixture
def library() -> Path:
    """libfaketime as Debian installs it."""
    found = [path for folder in ("/usr/lib", "/usr/local/lib") for path in Path(folder).glob(f"**/{LIBRARY}")]
    if not found:
        pytest.skip("libfaketime is not here: apt-get install faketime")
    return found[0]


@contextmanager
def others_asleep(cluster: LiveCluster) -> Iterator[None]:
    """The cluster's own workers take nothing until the end of the block."""
    sleeping: list[psutil.Process] = []
    for name in cluster.workers:
        parent = cluster.named(name)
        assert parent is not None
        sleeping += [parent, *parent.children(recursive=True)]
    for process in sleeping:
        process.suspend()
    try:
        yield
    finally:
        for process in sleeping:
            process.resume()


@pytest.mark.parametrize("jump", ["+10m", "-10m"])
def test_a_jumping_clock_neither_loses_nor_keeps_a_session(
    cluster: LiveCluster, client: SteadyClient, library: Path, tmp_path: Path, jump: str
) -> None:
    offset = tmp_path / "offset"
    offset.write_text("+0")
    told = {
        **cluster.cluster.environment,
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_CACHE_DURATION": "1",
        # A clock that is set anew leaves the monotonic one alone.
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    queues = {NAME: "transcription,reports"}
    odd = [
        replace(process, environment={**told, **process.environment})
        for process in platform_processes(0, tmp_path, queues)
        if process.name == NAME
    ]
    with others_asleep(cluster), Supervisor(odd, tmp_path, lambda line: None):
        sent = client.send(2000 if jump.startswith("+") else 2001)
        with psycopg.connect(cluster.servers.database_url, autocommit=True) as database:
            end = time.monotonic() + 120
            while (lease := database.execute(LEASE, [sent.session_id]).fetchone()) is None:
                assert time.monotonic() < end, "the worker with the odd clock takes nothing"
                time.sleep(0.02)
            offset.write_text(jump)
            while client.session(sent)["status"] not in {"report_ready", "failed"}:
                lease = database.execute(LEASE, [sent.session_id]).fetchone()
                assert lease is None or -10 < lease[0] < 10, "the lease is in the worker's own time"
                assert time.monotonic() < end, "the session does not end"
                time.sleep(0.1)
            outcomes = [row[0] for row in database.execute(RUNS, [sent.session_id])]
    # On a machine that is very busy an attempt may be lost for want of time, never two completed.
    assert outcomes.count("completed") == 1, outcomes
    assert client.session(sent)["status"] == "report_ready"

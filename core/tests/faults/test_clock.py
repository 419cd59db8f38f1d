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
from typing import Any

import psutil
import psycopg
import pytest

from core.runtime.processes import platform_processes
from core.runtime.supervisor import Supervisor
from core.tests.faults.cluster import LiveCluster
from core.tests.faults.evidence import nothing_lost_or_doubled
from core.tests.faults.load import Sent, SteadyClient

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(1200)]

LIBRARY = "faketime/libfaketimeMT.so.1"
NAME = "worker-odd-clock"
WAIT_SECONDS = 240
LEASE = (
    "SELECT extract(epoch FROM lease_expires_at - clock_timestamp()) FROM sessions_app_therapysession "
    "WHERE id = %s AND status = %s"
)
STATUS = "SELECT status FROM sessions_app_therapysession WHERE id = %s"


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


def test_a_jumping_clock_neither_loses_nor_keeps_a_session(
    cluster: LiveCluster, client: SteadyClient, library: Path, tmp_path: Path
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
    processes = platform_processes(0, tmp_path, {NAME: "transcription,reports"})
    odd = [
        replace(process, environment={**told, **process.environment})
        for process in processes
        if process.name == NAME
    ]
    with others_asleep(cluster), Supervisor(odd, tmp_path, lambda line: None):
        sent = client.send(2000)
        with psycopg.connect(cluster.servers.database_url, autocommit=True) as database:
            for stage, jump in (("transcribing", "+10m"), ("reporting", "-10m")):
                wait_for_lease(database, sent, stage)
                offset.write_text(jump)
                end = time.monotonic() + WAIT_SECONDS
                while client.session(sent)["status"] in {"uploaded", stage}:
                    lease = database.execute(LEASE, [sent.session_id, stage]).fetchone()
                    assert lease is None or -10 < lease[0] < 10, "the lease is in the worker's own time"
                    assert time.monotonic() < end, "the stage does not end"
                    time.sleep(0.1)
    assert client.ended(sent)["status"] == "report_ready"
    # On a machine that is very busy an attempt may be lost for want of time, never two completed.
    nothing_lost_or_doubled(cluster, [sent])


def wait_for_lease(database: psycopg.Connection[Any], sent: Sent, stage: str) -> None:
    """Return when the session's stage is in work, or was."""
    end = time.monotonic() + WAIT_SECONDS
    while database.execute(LEASE, [sent.session_id, stage]).fetchone() is None:
        (status,) = database.execute(STATUS, [sent.session_id]).fetchone() or ("gone",)
        if status == "report_ready":
            return
        assert time.monotonic() < end, "the worker with the odd clock takes nothing"
        time.sleep(0.02)

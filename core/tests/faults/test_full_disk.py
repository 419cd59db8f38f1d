"""A disk without room: uploads are refused with a code and taken when there is room, work is repeated."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from core.tests.faults.cluster import LiveCluster
from core.tests.faults.load import NotAnswered, SteadyClient
from core.tests.faults.recordings import recording

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(1200)]

ROOM_BYTES = 40 * 1024  # less than a recording of these tests


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 1 MiB with little room left in the place of a folder."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        (folder / "filler").write_bytes(b"\0" * (1024 * 1024 - ROOM_BYTES))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_files(cluster: LiveCluster) -> Iterator[None]:
    """No process of the platform may write a file longer than there would be room; needs no rights."""
    limited: list[psutil.Process] = []
    for name in ("web", *cluster.workers):
        parent = cluster.named(name)
        assert parent is not None
        limited += [parent, *parent.children(recursive=True)]
    before = limited[0].rlimit(psutil.RLIMIT_FSIZE)
    for process in limited:
        process.rlimit(psutil.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        for process in limited:
            process.rlimit(psutil.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("way", ["full-disk", "file-limit"])
def test_without_room_nothing_is_lost(cluster: LiveCluster, client: SteadyClient, way: str) -> None:
    if way == "full-disk" and os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root; the limit of file sizes is tried instead")
    waiting = client.send(3000 if way == "full-disk" else 3100)
    with small_disk(cluster.var_dir / "tmp") if way == "full-disk" else small_files(cluster):
        end = time.monotonic() + 6
        with pytest.raises(NotAnswered, match=f"{httpx.codes.SERVICE_UNAVAILABLE}.*storage_unavailable"):
            client.post_audio(waiting.session_id, recording(3001), seconds=4)
        while time.monotonic() < end:
            time.sleep(0.2)
    session = client.ended(waiting)
    if session["status"] == "failed":
        assert session["error"]["code"] == "storage_unavailable"
        client.call("POST", f"/sessions/{waiting.session_id}/retry")
        session = client.ended(waiting)
    assert session["status"] == "report_ready"
    after = client.send(3002 if way == "full-disk" else 3102)
    assert client.ended(after)["status"] == "report_ready"

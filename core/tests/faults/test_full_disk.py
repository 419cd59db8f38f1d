"""A disk without room: uploads are refused with a code and taken when there is room, work is repeated."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from core.tests.faults.cluster import LiveCluster
from core.tests.faults.evidence import nothing_lost_or_doubled
from core.tests.faults.load import NotAnswered, Sent, SteadyClient
from core.tests.faults.recordings import recording

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(1200)]

ROOM_BYTES = 40 * 1024  # less than a recording of these tests


@contextmanager
def without_room(cluster: LiveCluster) -> Iterator[None]:
    """A disk of 1 MiB with little room left for the platform's files; without the right, a file limit."""
    folder = cluster.var_dir / "tmp"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        with small_files(cluster):
            yield
        return
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


def test_without_room_nothing_is_lost(cluster: LiveCluster, client: SteadyClient) -> None:
    empty, in_work = client.create(3000), client.send(3001)
    with without_room(cluster):
        with pytest.raises(NotAnswered, match=r"503.*storage_unavailable"):
            client.post_audio(empty, recording(3000), seconds=4)
        time.sleep(2)
    session = client.ended(in_work)
    if session["status"] == "failed":
        assert session["error"]["code"] == "storage_unavailable"
        client.call("POST", f"/sessions/{in_work.session_id}/retry")
        session = client.ended(in_work)
    assert session["status"] == "report_ready"
    client.post_audio(empty, recording(3000), seconds=60)
    sent = Sent(3000, empty, hashlib.sha256(recording(3000)).hexdigest())
    assert client.ended(sent)["status"] == "report_ready"
    nothing_lost_or_doubled(cluster, [in_work, sent])

"""Memory and bytes of the web process during a large upload, by each of its ways.

    python -m benchmarks.uploads.measure --size-mib 1024

Each way has a web server of its own, as `make run` starts it, which first takes a small upload of the
same kind, so that what is loaded once is loaded. Bytes are counted by proxies between client and
server and between server and bucket. Needs the packages of requirements/cluster.txt. Writes
benchmarks/results/uploads.md; the exit status is 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from benchmarks.uploads.client import Recording, Sender
from benchmarks.uploads.counting_proxy import counting_proxy
from benchmarks.uploads.web_server import ROOT, prepare, running_web_server
from core.runtime.servers import BucketAddress, running_bucket, running_valkey

MIB = 1024 * 1024
MEMORY_LIMIT_MIB = 64
DIRECT_SHARE_LIMIT = 0.01
WARM_UP_MIB = 20
RESULT = ROOT / "benchmarks" / "results" / "uploads.md"
WAYS = {
    "one form, local files": ("form", False),
    "parts to the server, local files": ("parts", False),
    "one form, bucket": ("form", True),
    "parts to the server, bucket": ("parts", True),
    "parts to the bucket": ("direct", True),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One way: seconds, memory when just started, then idle, then above it, and bytes that passed, in MiB."""

    way: str
    seconds: float
    started_mib: float
    idle_mib: float
    memory_mib: float
    passed_mib: float


def main() -> int:
    """Measure all ways and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--size-mib", type=int, default=1024)
    parser.add_argument("--write", type=Path, default=RESULT)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        broker = stack.enter_context(running_valkey(folder / "broker"))
        bucket = stack.enter_context(running_bucket(folder / "bucket"))
        prepare(folder / "platform")
        for way, (call, with_bucket) in WAYS.items():
            rows.append(
                measure(
                    way, call, folder / "platform", options.size_mib * MIB,
                    broker=broker, bucket=bucket if with_bucket else None,
                )
            )  # fmt: skip
            sys.stdout.write(f"{rows[-1]}\n")
            sys.stdout.flush()
    text, well = table(rows, options.size_mib)
    options.write.write_text(text, encoding="utf-8")
    return 0 if well else 1


def measure(
    way: str, call: str, folder: Path, size: int, *, broker: str, bucket: BucketAddress | None
) -> Measured:
    """One way on a web server of its own."""
    settings: dict[str, str] = {"REDIS_URL": broker, "AWS_STORAGE_BUCKET_NAME": "", "LOG_LEVEL": "WARNING"}
    with ExitStack() as stack:
        behind = None
        if bucket is not None:
            behind = stack.enter_context(counting_proxy(_port(bucket.endpoint_url)))
            settings |= _through(bucket, behind.url)
        server = stack.enter_context(running_web_server(folder, settings))
        before = stack.enter_context(counting_proxy(server.port))
        sender = stack.enter_context(closing(Sender(before.url)))
        send = getattr(sender, call)
        started = server.resident_bytes()
        sender.remove(send(Recording(WARM_UP_MIB * MIB)))
        counted = [proxy for proxy in (before, behind) if proxy is not None]
        passed = sum(proxy.passed for proxy in counted)
        with server.watched() as growth:
            began = time.monotonic()
            session = send(Recording(size))
            seconds = time.monotonic() - began
        passed = sum(proxy.passed for proxy in counted) - passed
        sender.remove(session)
    sizes = (started, growth.idle, growth.above_idle, passed)
    return Measured(way, seconds, *(size / MIB for size in sizes))


def _through(bucket: BucketAddress, proxy: str) -> Mapping[str, str]:
    """The server reaches the bucket through the proxy, clients go there themselves."""
    return {
        **bucket.environment(),
        "AWS_S3_ENDPOINT_URL": proxy,
        "AWS_S3_PUBLIC_ENDPOINT_URL": bucket.endpoint_url,
    }


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


def table(rows: list[Measured], size_mib: int) -> tuple[str, bool]:
    """The page, and whether every limit is kept."""
    most = max(row.memory_mib for row in rows)
    direct = next(row for row in rows if row.way == "parts to the bucket")
    share = direct.passed_mib / size_mib
    well = most < MEMORY_LIMIT_MIB and share < DIRECT_SHARE_LIMIT
    lines = [
        "# Uploads",
        "",
        f"`python -m benchmarks.uploads.measure --size-mib {size_mib}`: a recording of {size_mib} MiB, "
        "each way on a web server of its own (gunicorn, 2 processes of 8 threads), after a small upload of "
        "the same kind. Memory is the resident memory of all its processes, sampled every 50 ms. Bytes are "
        "those between client and server and between server and bucket (SeaweedFS on the same machine), "
        "counted by proxies.",
        "",
        f"Most memory above idle: {most:.0f} MiB (limit {MEMORY_LIMIT_MIB}). Through the web process when "
        f"parts go to the bucket: {direct.passed_mib:.2f} MiB, {100 * share:.2f} % of the recording (limit "
        f"{100 * DIRECT_SHARE_LIMIT:.0f} %): the calls, and the ranges in which its header is read.",
        "",
        "| way | seconds | MiB/s | started MiB | idle MiB | above idle MiB | through the web process MiB |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {row.way} | {row.seconds:.1f} | {size_mib / row.seconds:.0f} | {row.started_mib:.0f} "
            f"| {row.idle_mib:.0f} | {row.memory_mib:.1f} | {row.passed_mib:.1f} |"
            for row in rows
        ),
    ]
    return "\n".join(lines) + "\n", well


if __name__ == "__main__":
    sys.exit(main())

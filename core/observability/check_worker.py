"""Is the worker of this container alive? `python core/observability/check_worker.py [NAME]`

Status 0: its loop moved within the last minutes, or it cannot because the broker is away (it goes on
with what it has, so it must not be killed for that). Status 1: it hangs or is gone. Plain Python
without Django, for a probe that runs every half minute: 30 ms.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

STALE_SECONDS = 120.0
BROKER_SECONDS = 2.0


def freshest(run_dir: Path, name: str = "*") -> float | None:
    """Seconds since a worker of that name last moved; None if there never was one."""
    ages = [time.time() - path.stat().st_mtime for path in run_dir.glob(f"worker-{name}.alive")]
    return min(ages, default=None)


def broker_answers(url: str) -> bool:
    """Whether something listens where the broker should."""
    parts = urlsplit(url)
    try:
        if "socket" in parts.scheme or parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(BROKER_SECONDS)
                client.connect(parts.path)
        else:
            address = (parts.hostname or "localhost", parts.port or 6379)
            socket.create_connection(address, BROKER_SECONDS).close()
    except OSError:
        return False
    return True


def main(name: str = "*") -> int:
    """The exit status; says why when it is not 0."""
    var_dir = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parents[2] / "var"))
    age = freshest(var_dir / "run", name)
    if age is not None and age < STALE_SECONDS:
        return 0
    broker = os.environ.get("REDIS_URL") or f"redis+socket://{var_dir / 'run' / 'broker.sock'}"
    if age is not None and not broker_answers(broker):
        return 0
    sys.stderr.write("no sign of life\n" if age is None else f"no sign of life for {age:.0f} s\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

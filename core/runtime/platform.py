"""The embedded platform as one thing that starts, answers, and stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from filelock import FileLock, Timeout

from core.runtime.journey import PlatformClient
from core.runtime.processes import embedded_processes
from core.runtime.setup import DEMO_EMAIL, DEMO_PASSWORD
from core.runtime.supervisor import Supervisor

UP_SECONDS = 90


class PlatformDown(Exception):
    """The platform did not come up; its log tells why."""


class AlreadyRunning(Exception):
    """Another process tree works on this VAR_DIR, at `port`."""

    def __init__(self, port: int) -> None:
        super().__init__(f"The platform already runs on this VAR_DIR, at http://127.0.0.1:{port}.")
        self.port = port


def client_of(port: int) -> PlatformClient:
    """A client with the demo login."""
    return PlatformClient(f"http://127.0.0.1:{port}", DEMO_EMAIL, DEMO_PASSWORD)


@contextmanager
def running_platform(
    port: int, forward: Callable[[str], None]
) -> Iterator[tuple[Supervisor, PlatformClient]]:
    """Start all processes, wait until they answer, and stop them at the end.

    Raises:
        AlreadyRunning: two trees on one VAR_DIR would share a database and fight for the broker.
        PlatformDown: no answer within 90 s.
    """
    run_dir = settings.VAR_DIR / "run"
    port_file = run_dir / "port"
    lock = FileLock(run_dir / "platform.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(int(port_file.read_text())) from None
    try:
        port_file.write_text(str(port))
        supervised = Supervisor(embedded_processes(port), run_dir, forward)
        with closing(client_of(port)) as client, supervised as supervisor:
            if not client.wait_until_up(UP_SECONDS):
                raise PlatformDown(
                    f"The platform did not answer within {UP_SECONDS} s. The lines above say why."
                )
            yield supervisor, client
    finally:
        lock.release()

"""The production shape on one machine: PostgreSQL, Redis over TCP and an S3 bucket beside the platform.

The same code as `make run` under the same supervisor; only settings differ. Two supervisors, since
the servers must answer before the database is migrated, and must outlive those who use them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from filelock import FileLock, Timeout

from core.runtime.journey import PlatformClient
from core.runtime.platform import UP_SECONDS, PlatformDown
from core.runtime.processes import platform_processes
from core.runtime.servers import (
    BucketAddress,
    ask_postgres,
    ask_valkey,
    bucket_address,
    bucket_process,
    make_bucket,
    postgres_process,
    postgres_url,
    remove_sockets,
    valkey_process,
    valkey_url,
    wait_until,
)
from core.runtime.servers.private import secret
from core.runtime.setup import free_ports
from core.runtime.supervisor import Supervisor

EMAIL = "nadia@clinic.example"
WORKERS = {
    "worker-1": "transcription,reports",
    "worker-2": "transcription,reports",
    "worker-housekeeping": "default",
}


class ClusterBusy(Exception):
    """Another process tree works in this folder."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: where its parts are."""

    folder: Path
    port: int
    database_url: str
    redis_url: str
    bucket: BucketAddress
    environment: Mapping[str, str]
    """The settings by which it differs from `make run`."""
    servers: Supervisor
    platform: Supervisor

    def client(self) -> PlatformClient:
        """A client with an account of its own, which `PlatformClient.register` makes."""
        password = secret(self.folder / "account_password")
        return PlatformClient(f"http://127.0.0.1:{self.port}", EMAIL, password)


@contextmanager
def running_cluster(
    folder: Path,
    forward: Callable[[str], None],
    *,
    tell: Callable[[str], None] = lambda line: None,
    workers: Mapping[str, str] = WORKERS,
    durable: bool = True,
    **extra: str,
) -> Iterator[Cluster]:
    """Start servers and platform in `folder`, wait until all answer, and stop everything at the end.

    Args:
        folder: private; a second start finds the first one's data.
        forward: called with each line that a process of the platform prints.
        tell: called when a part has come up, with the time it took.
        workers: the queues of each worker process.
        durable: see `postgres_process`.
        extra: further settings.

    Raises:
        ClusterBusy: another one runs in this folder.
        ServerMissing: a package of requirements/cluster.txt is not installed.
        PlatformDown: a part did not answer in time.
    """
    for path in (folder, folder / "run", folder / "servers"):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "run" / "cluster.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ClusterBusy(f"Another cluster runs in {folder}.") from None
    web, postgres, valkey, storage = free_ports(4)
    homes = {name: folder / name for name in ("postgres", "valkey", "storage")}
    laps = _Laps(tell)
    try:
        processes = [
            postgres_process(homes["postgres"], postgres, durable=durable),
            valkey_process(homes["valkey"], valkey),
            bucket_process(homes["storage"], storage),
        ]
        database_url = postgres_url(homes["postgres"], postgres)
        redis_url = valkey_url(homes["valkey"], valkey)
        bucket = bucket_address(homes["storage"], storage)
        environment = {
            "DJANGO_SETTINGS_MODULE": "core.settings",
            "VAR_DIR": str(folder),
            "MODELS_DIR": str(settings.MODELS_DIR),
            "SECRET_KEY": secret(folder / "secret_key"),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **bucket.environment(),
            **extra,
        }
        with Supervisor(processes, folder / "servers", _kept_in_the_log) as servers:
            _all_answer(servers, database_url, redis_url, bucket)
            laps("PostgreSQL, Valkey and SeaweedFS answer")
            _migrate(environment)
            laps("The database is migrated")
            wanted = platform_processes(web, folder / "run", workers, environment, worker_log_level="INFO")
            with Supervisor(wanted, folder / "run", forward) as platform:
                cluster = Cluster(
                    folder, web, database_url, redis_url, bucket, environment, servers, platform
                )
                with closing(cluster.client()) as client:
                    if not client.wait_until_up(UP_SECONDS):
                        raise PlatformDown(f"The web server did not answer within {UP_SECONDS} s.")
                laps(f"Web, beat and {len(workers)} workers run")
                yield cluster
    finally:
        remove_sockets(homes["storage"], storage)
        lock.release()


class _Laps:
    """Tells how long each part took since the one before."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._last = time.monotonic()

    def __call__(self, what: str) -> None:
        now = time.monotonic()
        self._tell(f"{what}: {now - self._last:.1f} s")
        self._last = now


def _all_answer(servers: Supervisor, database_url: str, redis_url: str, bucket: BucketAddress) -> None:
    checks: dict[str, Callable[[], None]] = {
        "PostgreSQL": lambda: ask_postgres(database_url),
        "Valkey": lambda: ask_valkey(redis_url),
        "The bucket": lambda: make_bucket(bucket),
    }
    for name, check in checks.items():
        try:
            wait_until(check)
        except TimeoutError as error:
            raise PlatformDown(f"{name}: {error}. Its log is {servers.log}.") from error


def _migrate(environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare_platform"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # Ctrl-C ends this process, which then ends that one
        check=False,
    )
    if done.returncode != 0:
        raise PlatformDown(f"The database could not be prepared: {(done.stderr or done.stdout)[-1500:]}")


def _kept_in_the_log(line: str) -> None:
    """What the servers say stays in their file."""

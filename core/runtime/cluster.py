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
from core.runtime.platform import PlatformDown
from core.runtime.processes import platform_processes
from core.runtime.servers import (
    BucketAddress,
    ask_postgres,
    ask_valkey,
    bucket_address,
    bucket_client,
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
from core.storage.bucket import Bucket
from core.storage.bucket_setup import bucket_prepare

UP_SECONDS = 240
EMAIL = "nadia@clinic.example"
WORKERS = {
    "worker-1": "transcription,reports",
    "worker-2": "transcription,reports",
    "worker-housekeeping": "default",
}


class ClusterBusy(Exception):
    """Another process tree works in this folder."""


@dataclass(frozen=True, slots=True)
class Servers:
    """PostgreSQL, Valkey and a bucket that answer."""

    database_url: str
    redis_url: str
    bucket: BucketAddress
    supervisor: Supervisor

    def environment(self) -> dict[str, str]:
        """The settings by which a platform on them differs from `make run`."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            **self.bucket.environment(),
        }


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running platform on servers."""

    folder: Path
    port: int
    servers: Servers
    platform: Supervisor
    environment: Mapping[str, str]
    """What its processes were told."""

    def client(self) -> PlatformClient:
        """A client with an account of its own, which `PlatformClient.register` makes."""
        password = secret(self.folder / "account_password")
        return PlatformClient(f"http://127.0.0.1:{self.port}", EMAIL, password)


@contextmanager
def running_cluster(
    folder: Path, forward: Callable[[str], None], tell: Callable[[str], None], **extra: str
) -> Iterator[Cluster]:
    """Servers and platform in `folder`; everything is stopped at the end.

    Args:
        folder: private; a second start finds the first one's data.
        forward: called with each line that a process of the platform prints.
        tell: called when a part has come up, with the time it took.
        extra: further settings of the platform.

    Raises:
        ClusterBusy: another one runs in this folder.
        ServerMissing: a package of requirements/cluster.txt is not installed.
        PlatformDown: a part did not answer in time.
    """
    laps = _Laps(tell)
    with running_servers(folder) as servers:
        laps("PostgreSQL, Valkey and SeaweedFS answer")
        environment = {**servers.environment(), **extra}
        prepare_database(folder, environment)
        laps("The database is migrated")
        with running_on(servers, folder, environment, forward) as cluster:
            laps(f"Web, beat and {len(WORKERS)} workers run")
            yield cluster


@contextmanager
def running_servers(folder: Path, *, durable: bool = True) -> Iterator[Servers]:
    """The three servers under one supervisor, on free ports; `durable` as in `postgres_process`.

    Raises:
        ClusterBusy, ServerMissing, PlatformDown: as `running_cluster`.
    """
    homes = {name: folder / name for name in ("postgres", "valkey", "storage", "servers")}
    for path in (folder, *homes.values()):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "cluster.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ClusterBusy(f"Another cluster runs in {folder}.") from None
    postgres, valkey, storage = free_ports(3)
    try:
        processes = [
            postgres_process(homes["postgres"], postgres, durable=durable),
            valkey_process(homes["valkey"], valkey),
            bucket_process(homes["storage"], storage),
        ]
        with Supervisor(processes, homes["servers"], _kept_in_the_log) as supervisor:
            servers = Servers(
                postgres_url(homes["postgres"], postgres),
                valkey_url(homes["valkey"], valkey),
                bucket_address(homes["storage"], storage),
                supervisor,
            )
            wait_until_servers_answer(servers)
            yield servers
    finally:
        remove_sockets(homes["storage"], storage)
        lock.release()


def wait_until_servers_answer(servers: Servers) -> None:
    """Return when all three do their work.

    Raises:
        PlatformDown: one does not within a minute.
    """
    checks: dict[str, Callable[[], None]] = {
        "PostgreSQL": lambda: ask_postgres(servers.database_url),
        "Valkey": lambda: ask_valkey(servers.redis_url),
        "The bucket": lambda: make_bucket(servers.bucket),
    }
    for name, check in checks.items():
        try:
            wait_until(check)
        except TimeoutError as error:
            raise PlatformDown(f"{name}: {error}. Its log is {servers.supervisor.log}.") from error


def platform_environment(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What every process of a platform in `folder` is told: where it works, its key, and `environment`."""
    return {
        "DJANGO_SETTINGS_MODULE": "core.settings",
        "VAR_DIR": str(folder),
        "MODELS_DIR": str(settings.MODELS_DIR),
        "SECRET_KEY": secret(folder / "secret_key"),
        **environment,
    }


def prepare_database(folder: Path, environment: Mapping[str, str]) -> None:
    """Migrations, static files and folders, as `manage.py prepare_platform` makes them.

    Raises:
        PlatformDown: it failed; the text ends with its last lines.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare_platform"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **platform_environment(folder, environment)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # Ctrl-C ends this process, which then ends that one
        check=False,
    )
    if done.returncode != 0:
        raise PlatformDown(f"The database could not be prepared: {(done.stderr or done.stdout)[-1500:]}")


@contextmanager
def running_on(
    servers: Servers,
    folder: Path,
    environment: Mapping[str, str],
    forward: Callable[[str], None],
    workers: Mapping[str, str] = WORKERS,
) -> Iterator[Cluster]:
    """Web, workers and beat with `environment`, which names the servers; the database is prepared.

    Raises:
        PlatformDown: the web server did not answer in time, or the bucket cannot be set up.
    """
    run_dir = folder / "run"
    run_dir.mkdir(exist_ok=True, mode=0o700)
    (port,) = free_ports(1)
    set_up_bucket(servers.bucket, port)
    told = platform_environment(folder, environment)
    processes = platform_processes(port, run_dir, workers, told, worker_log_level="INFO")
    with Supervisor(processes, run_dir, forward) as platform:
        cluster = Cluster(folder, port, servers, platform, told)
        with closing(cluster.client()) as client:
            end = time.monotonic() + UP_SECONDS
            while not client.wait_until_up(1):
                if not platform.running() or time.monotonic() >= end:
                    raise PlatformDown(f"The web server does not answer; {platform.log} says why.")
        yield cluster


def set_up_bucket(address: BucketAddress, port: int) -> None:
    """What `prepare_bucket` sets up, for pages of a web server on 127.0.0.1:`port`.

    Raises:
        PlatformDown: a step failed.
    """
    with closing(bucket_client(address)) as client:
        store = Bucket(address.bucket, client, client, {})
        origins = [f"http://{host}:{port}" for host in ("127.0.0.1", "localhost")]
        for finding in bucket_prepare(store, origins=origins, versioning=None, change=True):
            if not finding.well:
                raise PlatformDown(f"The bucket: {finding.step}: {finding.state} {finding.note}".rstrip())


class _Laps:
    """Tells how long each part took since the one before."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._last = time.monotonic()

    def __call__(self, what: str) -> None:
        now = time.monotonic()
        self._tell(f"{what}: {now - self._last:.1f} s")
        self._last = now


def _kept_in_the_log(line: str) -> None:
    """What the servers say stays in their file."""

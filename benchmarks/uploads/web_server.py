"""The platform's web server alone, with its memory watched from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from core.runtime.processes import platform_processes
from core.runtime.setup import free_port

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.05
SETTLE_SECONDS = 1.0


@dataclass
class WebServer:
    """gunicorn as `make run` starts it: its port, and the memory of all its processes."""

    process: subprocess.Popen[bytes]
    port: int

    def resident_bytes(self) -> int:
        """Resident memory of the master and its workers together."""
        master = psutil.Process(self.process.pid)
        total = 0
        for one in [master, *master.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
        return total

    @contextmanager
    def watched(self) -> Iterator[MemoryGrowth]:
        """Sample the memory while something is done; idle is what it was just before."""
        time.sleep(SETTLE_SECONDS)
        growth = MemoryGrowth(idle=self.resident_bytes())
        over = threading.Event()

        def sample() -> None:
            while not over.wait(SAMPLE_SECONDS):
                growth.peak = max(growth.peak, self.resident_bytes())

        thread = threading.Thread(target=sample)
        thread.start()
        try:
            yield growth
        finally:
            over.set()
            thread.join()


@dataclass
class MemoryGrowth:
    """Bytes before, and the most there were."""

    idle: int
    peak: int = 0

    @property
    def above_idle(self) -> int:
        """How much came on top."""
        return max(0, self.peak - self.idle)


def prepare(folder: Path) -> None:
    """An empty database in `folder`."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT, env=_environment(folder, {}), check=True,
    )  # fmt: skip


@contextmanager
def running_web_server(folder: Path, settings: Mapping[str, str]) -> Iterator[WebServer]:
    """Serve from the prepared `folder`; the process ends at the end."""
    port = free_port()
    run_dir = folder / "run"
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = _environment(folder, settings)
    web = platform_processes(port, run_dir, {})[0]
    log = folder / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            web.command, cwd=ROOT, env={**environment, **web.environment},
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(port, process, log)
            yield WebServer(process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "core.settings", "VAR_DIR": str(folder), "WEB_UI_BUILD": "0"}
    return {**os.environ, **own, **settings}


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).is_success:
                return
        time.sleep(0.2)
    raise RuntimeError(f"The web server did not answer: {log.read_text(errors='replace')[-1500:]}")

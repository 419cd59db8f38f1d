"""The real platform as a child process: its address, its processes, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from core.runtime.journey import PlatformClient
from core.runtime.platform import client_of
from core.runtime.setup import free_port

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "assets" / "session_short.ogg"
QUICK_FAULTS = {
    "STAGE_LEASE_SECONDS": "6",
    "STAGE_HEARTBEAT_SECONDS": "1",
    "STAGE_BACKOFF_SECONDS": "0.5",
    "REAPER_INTERVAL_SECONDS": "1",
}

REST_SECONDS = 0.45
TURN_CPU_SECONDS = 0.08
LONGEST_TURN_SECONDS = 5.0


@dataclass(frozen=True)
class LivePlatform:
    """A running platform: a `make run`, or a cluster."""

    roots: tuple[int, ...]
    """Processes below which the supervised ones are."""
    port: int
    var_dir: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def client(self) -> Iterator[PlatformClient]:
        """Signed in with the demo login."""
        with closing(client_of(self.port)) as client:
            client.sign_in()
            yield client

    def named(self, name: str) -> psutil.Process | None:
        """The supervised process of that name, if it is alive now."""
        for child in self._descendants():
            try:
                if child.environ().get("PROCESS_NAME") == name and _is_supervisord(child.parent()):
                    return child
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return None

    def _descendants(self) -> Iterator[psutil.Process]:
        for root in self.roots:
            with suppress(psutil.NoSuchProcess):
                yield from psutil.Process(root).children(recursive=True)

    @contextmanager
    def halted(self, name: str) -> Iterator[None]:
        """The process stands still until the end of the block; its connections stand, too."""
        process = self._standing(name)
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def _standing(self, name: str) -> psutil.Process:
        end = time.monotonic() + 20
        while (process := self.named(name)) is None:
            if time.monotonic() > end:
                raise AssertionError(f"{name} does not run")
            time.sleep(0.1)
        return process

    def kill(self, name: str, *, whole_group: bool = True) -> int:
        """SIGKILL the process (and by default what it started); returns its pid."""
        process = self._standing(name)
        victims = [process, *(process.children(recursive=True) if whole_group else [])]
        for victim in victims:
            try:
                victim.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        return process.pid

    @contextmanager
    def slowed(self, name: str) -> Iterator[None]:
        """The process rests between short turns, so that what it does can be watched.

        Turns are measured by what it computes: on a loaded machine a turn by the clock may give it
        nothing, and it would never get anywhere. While it waits for work it does not rest.
        """
        over = threading.Event()

        def stutter() -> None:
            while not over.is_set():
                process = self.named(name)
                group = [process, *process.children(recursive=True)] if process else []
                for member in group:
                    with suppress(psutil.NoSuchProcess):
                        member.suspend()
                over.wait(REST_SECONDS)
                turn = _computed(group) + TURN_CPU_SECONDS
                for member in group:
                    with suppress(psutil.NoSuchProcess):
                        member.resume()
                end = time.monotonic() + LONGEST_TURN_SECONDS
                while _computed(group) < turn and time.monotonic() < end and not over.wait(0.02):
                    pass

        worker = threading.Thread(target=stutter)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()

    def printed(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def live_platform(var_dir: Path, **environment: str) -> Iterator[LivePlatform]:
    """Start `manage.py run_platform` on a free port and a fresh VAR_DIR; Ctrl-C at the end."""
    port = free_port()
    log = var_dir.parent / f"{var_dir.name}.log"
    env = {
        **{k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "DJANGO_SETTINGS_MODULE"}},
        "VAR_DIR": str(var_dir),
        "PORT": str(port),
        "WEB_UI_BUILD": "0",  # an `npm ci` would take longer than a start may
        **environment,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_platform"],
            cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        platform = LivePlatform((process.pid,), port, var_dir, log)
        try:
            _wait_until_up(platform, process)
            yield platform
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_up(platform: LivePlatform, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the platform ended: {platform.printed()[-2000:]}")
        try:
            if httpx.get(f"{platform.url}/health/ready", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"the platform did not come up: {platform.printed()[-2000:]}")


def _computed(group: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that they have had."""
    seconds = 0.0
    for member in group:
        with suppress(psutil.NoSuchProcess):
            times = member.cpu_times()
            seconds += times.user + times.system
    return seconds


def _is_supervisord(process: psutil.Process | None) -> bool:
    return process is not None and any("supervisord" in part for part in process.cmdline())

"""One supervisor over all processes: starts, restarts, stops them and passes on what they say.

supervisord does the supervising; this module writes its configuration, runs it as a child and
forwards its output line by line. A process that dies is noticed and started again; Ctrl-C here
stops the whole tree.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from core.runtime.processes import Process

Forward = Callable[[str], None]
STOP_SECONDS = 40


def configuration(processes: Sequence[Process], run_dir: Path) -> str:
    """The supervisord configuration for these processes; every value is quoted for its parser."""
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "logfile=/dev/null",
        "logfile_maxbytes=0",
        "loglevel=warn",
        f"pidfile={_literal(str(run_dir / 'supervisord.pid'))}",
        f"childlogdir={_literal(str(run_dir))}",
    ]
    if os.getuid() == 0:
        lines.append("user=root")  # a container's only user: said once, meant so
    for process in processes:
        lines += [
            "",
            f"[program:{process.name}]",
            "command=" + " ".join(_literal(_quote(part)) for part in process.command),
            f"priority={process.priority}",
            "autorestart=true",
            "startsecs=2",
            "startretries=10",
            "stopasgroup=true",
            "killasgroup=true",
            f"stopwaitsecs={process.stop_seconds}",
            "redirect_stderr=true",
            "stdout_logfile=/dev/fd/1",
            "stdout_logfile_maxbytes=0",
        ]
        environment = {"PROCESS_NAME": process.name, **process.environment}
        pairs = ",".join(f'{key}="{value}"' for key, value in environment.items())
        lines.append(f"environment={_literal(pairs)}")
    return "\n".join(lines) + "\n"


class Supervisor:
    """The running process tree; a context manager that leaves nothing behind.

    Args:
        processes: what to run.
        run_dir: a private folder for the configuration and the pid file.
        forward: called with each line that a process or supervisord prints.
    """

    def __init__(self, processes: Sequence[Process], run_dir: Path, forward: Forward) -> None:
        self._processes = processes
        self._run_dir = run_dir
        self._forward = forward
        self._child: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        path = self._run_dir / "supervisord.conf"
        path.touch(mode=0o600)
        path.write_text(configuration(self._processes, self._run_dir))
        self._child = subprocess.Popen(
            [str(Path(sys.executable).with_name("supervisord")), "-n", "-c", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Ctrl-C reaches this process alone, which then stops the tree in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  (no threads run before the exec that it could harm)
        )
        output = self._child.stdout
        if output is None:
            raise RuntimeError("supervisord has no output to read")
        self._reader = threading.Thread(target=self._read, args=[output], name="log-forward", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def running(self) -> bool:
        """Whether the supervisor itself is alive."""
        return self._child is not None and self._child.poll() is None

    def wait(self) -> int:
        """Block until the supervisor ends by itself; its exit status."""
        if self._child is None:
            raise RuntimeError("the supervisor was not started")
        return self._child.wait()

    def stop(self) -> None:
        """Stop every process, last started first, and wait for them."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._child.pid, signal.SIGKILL)
                self._child.wait()
        if self._reader is not None:
            self._reader.join(5)

    def _read(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self._forward(line.rstrip("\n"))


def _quote(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(value: str) -> str:
    """supervisord expands %(name)s; a percent sign of ours is doubled."""
    return value.replace("%", "%%")


def _end_with_parent() -> None:
    """On Linux the supervisor ends when this process does, even by SIGKILL."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)

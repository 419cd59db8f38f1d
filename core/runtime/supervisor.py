"""One supervisor over all processes: starts, restarts, stops them and passes on what they say.

supervisord does the supervising; this module writes its configuration, runs it as a child and
forwards its output line by line. A process that dies is noticed and started again; Ctrl-C here
stops the whole tree. All output goes to ``platform.log``: a pipe would break with this process, and
supervisord with the pipe, before it could stop its children.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from core.runtime.processes import Process

Forward = Callable[[str], None]
STOP_SECONDS = 40
FORWARD_SECONDS = 0.2


def configuration(processes: Sequence[Process], run_dir: Path) -> str:
    """The supervisord configuration for these processes; every value is quoted for its parser.

    Those of one priority start and stop together.
    """
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
            f"stopsignal={process.stop_signal}",
            f"stopwaitsecs={process.stop_seconds}",
            "redirect_stderr=true",
            "stdout_logfile=/dev/fd/1",
            "stdout_logfile_maxbytes=0",
        ]
        environment = {"PROCESS_NAME": process.name, **process.environment}
        pairs = ",".join(f"{key}={_environment_quote(value)}" for key, value in environment.items())
        lines.append(f"environment={_literal(pairs)}")
    for priority in sorted({process.priority for process in processes}):
        # supervisord stops one group after the other and looks again after a second.
        together = ",".join(process.name for process in processes if process.priority == priority)
        lines += ["", f"[group:stop-{priority}]", f"programs={together}", f"priority={priority}"]
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
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._reader = threading.Thread(target=self._read, name="log-forward", daemon=True)
        self.log = run_dir / "platform.log"

    def __enter__(self) -> Self:
        path = self._run_dir / "supervisord.conf"
        path.touch(mode=0o600)
        path.write_text(configuration(self._processes, self._run_dir))
        self.log.unlink(missing_ok=True)
        self.log.touch(mode=0o600)
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                [str(Path(sys.executable).with_name("supervisord")), "-n", "-c", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this process alone, which then stops the tree in order.
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509  (no thread runs yet that it could harm)
            )
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process of the supervisor itself."""
        return None if self._child is None else self._child.pid

    def running(self) -> bool:
        """Whether the supervisor itself is alive."""
        return self._child is not None and self._child.poll() is None

    def wait(self) -> int:
        """Block until the supervisor ends by itself; its exit status."""
        if self._child is None:
            raise RuntimeError("the supervisor was not started")
        return self._child.wait()

    def stop(self) -> None:
        """Stop every process, last started first, and wait for them; a second Ctrl-C changes nothing."""
        if self._child is None or self._stopped.is_set():
            return
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self._end(self._child)
        finally:
            signal.signal(signal.SIGINT, before)
        self._stopped.set()
        self._reader.join(5)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _read(self) -> None:
        """Forward the log's lines as they come, and what is left of them at the end."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            while True:
                ended = self._stopped.is_set()
                for line in log:
                    self._forward(line.rstrip("\n"))
                if ended:
                    return
                time.sleep(FORWARD_SECONDS)


def _quote(part: str) -> str:
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _environment_quote(value: str) -> str:
    """Its parser of environments knows both quotes and no escapes: JSON goes into single ones."""
    if '"' not in value:
        return f'"{value}"'
    if "'" in value:
        raise ValueError("an environment variable with both kinds of quotes cannot be handed on")
    return f"'{value}'"


def _literal(value: str) -> str:
    """supervisord expands %(name)s; a percent sign of ours is doubled."""
    return value.replace("%", "%%")


def _end_with_parent() -> None:
    """On Linux the supervisor ends when this process does, even by SIGKILL."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)

"""The supervisor with small real processes: restarts, forwards, leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.runtime.processes import Process
from core.runtime.supervisor import Supervisor, configuration

pytestmark = pytest.mark.broker

TALKER = (
    "import os, time; print('talker', os.getpid(), os.environ['WORD'], os.environ['JSON'], flush=True); "
    "time.sleep(600)"
)
LINE = re.compile(r'talker (\d+) 100%s \{"a": "b"\}$')


def talker() -> Process:
    return Process(
        "talker",
        (sys.executable, "-c", TALKER),
        priority=1,
        environment={"WORD": "100%s", "JSON": '{"a": "b"}'},
    )


def wait_for_pids(lines: list[str], count: int) -> list[int]:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        pids = [int(match[1]) for line in lines if (match := LINE.match(line))]
        if len(pids) >= count:
            return pids
        time.sleep(0.1)
    raise AssertionError(lines)


def test_a_dead_process_comes_back_and_stop_leaves_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    with Supervisor([talker()], tmp_path, lines.append) as supervisor:
        first = wait_for_pids(lines, 1)[0]
        time.sleep(2.5)  # it counts as started after two seconds
        os.kill(first, signal.SIGKILL)
        second = wait_for_pids(lines, 2)[1]
        assert second != first
        assert supervisor.running()
    assert not psutil.pid_exists(second)
    assert not supervisor.running()


def test_one_priority_stops_at_once(tmp_path: Path) -> None:
    names = {"first": 1, "second": 2, "third": 2}
    processes = [
        Process(name, (sys.executable, "-c", TALKER), priority=place) for name, place in names.items()
    ]
    text = configuration(processes, tmp_path)
    assert re.findall(r"^programs=(.*)\npriority=(.*)$", text, re.MULTILINE) == [
        ("first", "1"),
        ("second,third", "2"),
    ]


def test_quotes_and_percent_signs_survive_the_configuration(tmp_path: Path) -> None:
    text = configuration([Process("odd", ("/bin/echo", 'a "b" 100%'), priority=3)], tmp_path)
    assert r'command="/bin/echo" "a \"b\" 100%%"' in text

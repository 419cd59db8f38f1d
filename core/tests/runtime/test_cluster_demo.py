"""`make cluster-demo` as its user sees it: a report, plain figures, status 0, and nothing left behind."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.tests.flows.platform import ROOT, SAMPLE
from ml.weights.store import WeightStore

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]

QUICK_ENGINES = {
    "TRANSCRIBER_OPTIONS": '{"model": "whisper-tiny-en"}',
    "REPORT_BACKEND": "extraction",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    models = Path(os.environ["MODELS_DIR"])
    missing = [name for name in ("whisper-tiny-en", "voice-encoder") if not WeightStore(models).has(name)]
    if missing:
        pytest.skip(f"models are not here: {', '.join(missing)}")
    inherited = {k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "DJANGO_SETTINGS_MODULE"}}
    return {**inherited, **QUICK_ENGINES, "VAR_DIR": str(tmp_path / "var"), "MODELS_DIR": str(models)}


def start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "run_cluster_demo"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip


def left_behind(var_dir: Path) -> list[str]:
    """Command lines and environments that name this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if process.pid != os.getpid() and any(str(var_dir) in word for word in words):
            found.append(" ".join(process.cmdline()))
    return found


def test_the_main_job_runs_on_servers_and_leaves_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    demo = start(environment, log)
    assert demo.wait(400) == 0, log.read_text()
    said = log.read_text()
    assert re.search(r"^transcription: [\d.]+ s, by worker-[12]$", said, re.MULTILINE), said
    assert re.search(r"^report: [\d.]+ s, by worker-[12]$", said, re.MULTILINE), said
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() in said
    assert "files in the local media folder: 0" in said
    assert "1 sessions, 1 recordings" in said
    assert left_behind(tmp_path / "var") == []
    assert not (tmp_path / "var" / "cluster" / "db.sqlite3").exists()

    # Ctrl-C in the middle of a second one, in the same folder.
    demo = start(environment, log)
    end = time.monotonic() + 60
    while "PostgreSQL, Valkey and SeaweedFS answer" not in log.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    demo.send_signal(signal.SIGINT)
    assert demo.wait(60) == 130, log.read_text()
    assert "Traceback" not in log.read_text()
    assert left_behind(tmp_path / "var") == []

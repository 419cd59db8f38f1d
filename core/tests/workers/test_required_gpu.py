"""A worker that transcribes does not start without the GPU it is told to use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.tests.deploy.compose_file import ROOT


def _started(tmp_path: Path, queues: str, **environment: str) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("celery")
    inherited = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.Popen(
        [program, "-q", "-A", "core", "worker", "-Q", queues, "-c", "1", "--loglevel", "WARNING"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # Nothing listens there: what is tried comes before the broker.
        env={**inherited, "VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:9/0", **environment},
    )  # fmt: skip


@pytest.mark.broker
def test_it_ends_at_once_and_says_why(tmp_path: Path) -> None:
    worker = _started(tmp_path, "transcription,reports", ENGINE_DEVICE="cuda", CUDA_VISIBLE_DEVICES="-1")
    _, said = worker.communicate(timeout=60)

    assert worker.returncode == 1
    assert "model_not_available: The device 'cuda:0' was asked for" in said


@pytest.mark.broker
def test_another_queue_needs_no_gpu(tmp_path: Path) -> None:
    worker = _started(tmp_path, "default", ENGINE_DEVICE="cuda", CUDA_VISIBLE_DEVICES="-1")
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(timeout=6)  # it looks for its broker
    finally:
        worker.kill()
        worker.communicate()

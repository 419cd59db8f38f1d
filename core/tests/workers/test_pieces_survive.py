"""SIGKILL of helper and leader with pieces in hand, on PostgreSQL and Valkey, with a real recognizer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.testing.worker_cluster import ROOT
from core.tests.workers.kill_pieces import TIMES
from ml.metrics.wer import word_errors
from ml.tests.real_models import SAMPLE, models_dir

pytestmark = [pytest.mark.broker, pytest.mark.weights]


def test_killed_workers_cost_a_piece_each_and_no_word(tmp_path: Path) -> None:
    models = models_dir("whisper-tiny-en", "voice-encoder")
    left_out = {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "VAR_DIR"}
    done = subprocess.run(
        [sys.executable, "-m", "core.tests.workers.kill_pieces", str(tmp_path / "cluster"), str(models)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in left_out},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout)

    assert result["status"] in {"transcribed", "report_ready", "reporting"}
    said = " ".join(turn["text"] for turn in json.loads(SAMPLE.with_suffix(".json").read_text())["turns"])
    errors = word_errors(" ".join([said] * TIMES), result["text"])
    # A piece that was lost or doubled would be a tenth of all words.
    assert errors.rate <= 0.06
    assert (result["gaps"], result["speakers"]) == (0, 2)
    assert result["outcomes"] == ["completed", "lost"]
    assert result["kept"] >= 2
    assert result["decoded_again"] == []
    assert result["pieces_left"] == 0
    assert result["warm"] == [True, True, True]
    assert not result["words_in_logs"]

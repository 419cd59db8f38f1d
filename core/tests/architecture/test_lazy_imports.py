"""The web process and the worker's start load no engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ["torch", "ctranslate2", "faster_whisper", "xllamacpp", "onnxruntime", "transformers", "av", "scipy"]
PROGRAM = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "core.testing.settings"
import django
django.setup()
import {module}
print(json.dumps([name for name in {heavy} if name in sys.modules]))
"""


@pytest.mark.parametrize("module", ["core.urls", "sessions_app.tasks", "reports.tasks", "dataset.tasks"])
def test_importing_loads_no_engine(module: str) -> None:
    program = PROGRAM.format(module=module, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []

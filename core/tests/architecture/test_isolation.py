"""What tests write never lands among the platform's own files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PRINT = "from django.conf import settings; print(settings.VAR_DIR)"


def test_every_process_of_the_tests_has_a_folder_of_its_own(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "core.testing.settings",
        "TMPDIR": str(tmp_path),
        "VAR_DIR": str(settings.VAR_DIR),
    }
    told = [
        subprocess.run(
            [sys.executable, "-c", PRINT], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert len({*told, str(settings.VAR_DIR)}) == 3
    assert all(Path(folder).parent == tmp_path for folder in told)
    assert settings.VAR_DIR.is_dir()

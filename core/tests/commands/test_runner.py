"""`python manage.py test` is pytest."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from core.testing.pytest_runner import PytestRunner


def test_options_and_labels_reach_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def run(command: list[str], *, env: dict[str, str], check: bool) -> Any:
        assert "DJANGO_SETTINGS_MODULE" not in env
        seen.append(command[3:])
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(subprocess, "run", run)
    runner = PytestRunner(verbosity=2, failfast=True, keepdb=True, parallel=2, test_name_patterns=["works"])
    assert runner.run_tests(["patients.tests", "patients.tests.factories", "core/tests"]) == 5
    paths = ["patients/tests", "patients/tests/factories.py", "core/tests"]
    assert seen == [[*paths, "--exitfirst", "--reuse-db", "-n", "2", "-k", "works", "-v"]]

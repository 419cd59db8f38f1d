"""`python manage.py test` runs pytest, so there is one way to run the tests."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any


class PytestRunner:
    """Django's TEST_RUNNER: hands labels and a few familiar options to pytest."""

    def __init__(
        self,
        verbosity: int = 1,
        failfast: bool = False,
        keepdb: bool = False,
        parallel: int = 0,
        test_name_patterns: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        self.verbosity = verbosity
        self.failfast = failfast
        self.keepdb = keepdb
        self.parallel = parallel
        self.patterns = test_name_patterns or ()

    @classmethod
    def add_arguments(cls, parser: argparse.ArgumentParser) -> None:
        """The options of Django's own runner that have a meaning here."""
        parser.add_argument("--failfast", action="store_true", help="Stop at the first failure.")
        parser.add_argument("--keepdb", action="store_true", help="Keep the test database.")
        parser.add_argument("--parallel", type=int, default=0, metavar="N", help="Processes.")
        parser.add_argument("-k", action="append", dest="test_name_patterns", help="Only matching tests.")

    def run_tests(self, test_labels: Sequence[str], **kwargs: Any) -> int:
        """Run pytest on paths, dotted modules or everything; returns 0 when all pass.

        In a process of its own: this one has the settings of `manage.py` loaded, not the tests'.
        """
        arguments = [*map(_path, test_labels)]
        if self.failfast:
            arguments.append("--exitfirst")
        if self.keepdb:
            arguments.append("--reuse-db")
        if self.parallel:
            arguments += ["-n", str(self.parallel)]
        for pattern in self.patterns:
            arguments += ["-k", pattern]
        if self.verbosity != 1:
            arguments.append("-q" if self.verbosity == 0 else "-v")
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def _path(label: str) -> str:
    """Django's dotted labels as paths: `patients.tests` is patients/tests."""
    if "/" in label or label.endswith(".py") or "::" in label:
        return label
    path = label.replace(".", "/")
    return path if not os.path.exists(path + ".py") else path + ".py"  # noqa: PTH110

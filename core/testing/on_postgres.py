"""The tests that touch the database, once more on PostgreSQL.

    python -m core.testing.on_postgres -n 2 reports

starts a PostgreSQL of its own, or uses the one that TEST_DATABASE_URL names, and hands everything
else to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.runtime.servers import running_postgres


def main(arguments: Sequence[str]) -> int:
    """Run pytest against PostgreSQL; returns its exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="tap-postgres-") as folder,
        running_postgres(Path(folder)) as url,
    ):
        # Loading the plugin imports `core`, and with it the product's own settings' name.
        ours = ["--ds", "core.testing.settings", "-p", "core.testing.database_tests"]
        environment = {**os.environ, "DATABASE_URL": url}
        command = [sys.executable, "-m", "pytest", *ours, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

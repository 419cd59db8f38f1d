"""What was done to which item: the one truth that every resume reads."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from dataset.database import connect
from dataset.money import from_nano, to_nano

_RACY_NS = 2_000_000_000  # a file this young may still change within one tick of its clock


class Outcome(StrEnum):
    """How a stage ended for an item; a failed one is tried again by the next run."""

    DONE = "done"
    QUARANTINED = "quarantined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One end of one stage. `outputs` maps paths relative to ROOT to their sha256; `key` is the
    `work_key` of all that went in; `reason` is "code: sentence" where the outcome is not done."""

    item: str
    stage: str
    key: str
    outcome: Outcome
    reason: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    cost_usd: Decimal = Decimal(0)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Manifest:
    """Entries in SQLite (WAL): several processes may read and write at once.

    Args:
        path: the database, ROOT/state/manifest.sqlite3.
        root: what output paths are relative to; by default the folder above `state`.
    """

    def __init__(self, path: Path, root: Path | None = None) -> None:
        self._root = root if root is not None else path.parent.parent
        self._connection = connect(path)
        self._lock = threading.Lock()

    def finished(self, item: str, stage: str, key: str) -> Entry | None:
        """The entry that makes working on the item needless: the latest one is quarantined, or done
        with all outputs still there and unchanged; None when there is work to do."""
        rows = self._query(
            "SELECT * FROM entries WHERE item = ? AND stage = ? AND key = ? ORDER BY id DESC LIMIT 1",
            (item, stage, key),
        )
        if not rows:
            return None
        entry = _entry(rows[0])
        if entry.outcome is Outcome.QUARANTINED:
            return entry
        if entry.outcome is Outcome.DONE and all(
            self.sha256(path) == digest for path, digest in entry.outputs.items()
        ):
            return entry
        return None

    def record(self, entry: Entry) -> None:
        """Append an entry; it is on the disk when this returns."""
        self._query(
            "INSERT INTO entries (item, stage, key, outcome, reason, outputs, cost_nano, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.item,
                entry.stage,
                entry.key,
                entry.outcome.value,
                entry.reason,
                json.dumps(dict(entry.outputs), sort_keys=True),
                to_nano(entry.cost_usd),
                entry.at.isoformat(),
            ),
        )

    def entries(self, stage: str | None = None) -> list[Entry]:
        """The latest entry of every (item, stage), ordered by item and stage."""
        rows = self._query(
            "SELECT * FROM entries WHERE id IN (SELECT MAX(id) FROM entries GROUP BY item, stage)"
            " AND (? IS NULL OR stage = ?) ORDER BY item, stage",
            (stage, stage),
        )
        return [_entry(row) for row in rows]

    def latest(self, item: str, stage: str) -> Entry | None:
        """The latest entry of one item and stage, whatever its key."""
        rows = self._query(
            "SELECT * FROM entries WHERE item = ? AND stage = ? ORDER BY id DESC LIMIT 1", (item, stage)
        )
        return _entry(rows[0]) if rows else None

    def claim(self, kind: str, value: str, item: str) -> str:
        """Who owns a value of a kind (a video id, a content's fingerprint): the first item to ask."""
        self._query("INSERT OR IGNORE INTO claims (kind, value, item) VALUES (?, ?, ?)", (kind, value, item))
        return str(self._query("SELECT item FROM claims WHERE kind = ? AND value = ?", (kind, value))[0][0])

    def snapshot(self, target: Path) -> None:
        """A consistent copy of the database in one file, taken while others write."""
        with self._lock, sqlite3.connect(target) as copy:
            self._connection.backup(copy)
        copy.close()

    def sha256(self, relative: str) -> str | None:
        """A file's sha256, read again only when its size or time changed; None when it is not there."""
        path = self._root / relative
        try:
            stat = path.stat()
        except OSError:
            return None
        known = self._query(
            "SELECT sha256 FROM files WHERE path = ? AND size = ? AND mtime_ns = ?",
            (relative, stat.st_size, stat.st_mtime_ns),
        )
        if known:
            return str(known[0][0])
        digest = sha256_of(path)
        if time.time_ns() - stat.st_mtime_ns > _RACY_NS:
            self._query(
                "INSERT OR REPLACE INTO files (path, size, mtime_ns, sha256) VALUES (?, ?, ?, ?)",
                (relative, stat.st_size, stat.st_mtime_ns, digest),
            )
        return digest

    def close(self) -> None:
        """Close the database; entries are already on the disk."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _query(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def work_key(**parts: object) -> str:
    """sha256 of the parts' canonical JSON: inputs, configuration, prompt version, model."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(row: tuple[Any, ...]) -> Entry:
    _, item, stage, key, outcome, reason, outputs, cost_nano, at = row
    return Entry(
        item=item,
        stage=stage,
        key=key,
        outcome=Outcome(outcome),
        reason=reason,
        outputs=json.loads(outputs),
        cost_usd=from_nano(cost_nano),
        at=datetime.fromisoformat(at),
    )

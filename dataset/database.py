"""The SQLite file that manifest and ledger share."""

from __future__ import annotations

import sqlite3
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, stage TEXT NOT NULL, key TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, outputs TEXT NOT NULL, cost_nano INTEGER NOT NULL,
    at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entries_by_item ON entries (item, stage, id);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS claims (
    kind TEXT NOT NULL, value TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (kind, value));
CREATE TABLE IF NOT EXISTS spending (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL, stage TEXT NOT NULL, service TEXT NOT NULL,
    model TEXT NOT NULL, calls INTEGER NOT NULL, input_units INTEGER NOT NULL,
    output_units INTEGER NOT NULL, nano_usd INTEGER NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS spending_by_service ON spending (service, at);
"""
_WAIT_S = 60.0


def connect(path: Path) -> sqlite3.Connection:
    """Open (and make) the database: WAL, each statement its own transaction, usable from any thread
    that holds the caller's lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(_SCHEMA)
    return connection

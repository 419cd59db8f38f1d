"""The attempts at a session's stages, read from the platform's own database."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path


def stage_runs(var_dir: Path, session_id: str) -> dict[tuple[str, str], int]:
    """How many attempts ended how, from the platform's own database: {(stage, outcome): count}."""
    with closing(sqlite3.connect(f"file:{var_dir / 'db.sqlite3'}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "select stage, outcome, count(*) from sessions_app_stagerun where session_id = ? group by 1, 2",
            [uuid.UUID(session_id).hex],
        ).fetchall()
    return {(stage, outcome): count for stage, outcome, count in rows}

"""What a finished session left in a cluster's database and bucket, read past the platform."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.runtime.cluster import Cluster
from core.runtime.servers import bucket_client

TABLES = {
    "sessions": "SELECT count(*) FROM sessions_app_therapysession WHERE id = %(id)s",
    "recordings": "SELECT count(*) FROM sessions_app_recording WHERE session_id = %(id)s",
    "segments": (
        "SELECT count(*) FROM sessions_app_segment JOIN sessions_app_transcript t ON transcript_id = t.id "
        "WHERE t.session_id = %(id)s"
    ),
    "stage runs": "SELECT count(*) FROM sessions_app_stagerun WHERE session_id = %(id)s",
    "reports": "SELECT count(*) FROM reports_report WHERE session_id = %(id)s",
    "claims": (
        "SELECT count(*) FROM reports_claim JOIN reports_report r ON report_id = r.id "
        "WHERE r.session_id = %(id)s"
    ),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of one session by table, and its object in the bucket."""

    rows: dict[str, int]
    object_key: str
    object_bytes: int
    object_sha256: str
    local_files: int
    """Files below the platform's own media folder; recordings in a bucket leave none."""


def evidence_of(cluster: Cluster, session_id: str) -> Evidence:
    """Read a session's rows and its whole recording."""
    import psycopg

    with psycopg.connect(cluster.servers.database_url) as database:
        rows = {}
        for name, query in TABLES.items():
            counted = database.execute(query, {"id": session_id}).fetchone()
            rows[name] = int(counted[0]) if counted else 0
        found = database.execute(
            "SELECT storage_key FROM sessions_app_recording WHERE session_id = %s", [session_id]
        ).fetchone()
    if found is None:
        raise LookupError("The session has no recording.")
    bucket, digest, size = cluster.servers.bucket, hashlib.sha256(), 0
    with closing(bucket_client(bucket, 30)) as client:
        stored = client.get_object(Bucket=bucket.bucket, Key=found[0])
        for chunk in stored["Body"].iter_chunks(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return Evidence(rows, found[0], size, digest.hexdigest(), files_below(cluster.folder / "media"))


def files_below(folder: Path) -> int:
    """How many files lie in a folder and the folders in it."""
    return sum(path.is_file() for path in folder.rglob("*"))

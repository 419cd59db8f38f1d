"""What the database and the bucket say of a load when all is over: ended once, kept whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import closing
from typing import Any

import psycopg

from core.runtime.servers import bucket_client
from core.tests.faults.cluster import LiveCluster
from core.tests.faults.load import Sent, SteadyClient

QUERIES = {
    "transcripts": "SELECT session_id::text FROM sessions_app_transcript",
    "reports": "SELECT session_id::text FROM reports_report",
    "recordings": "SELECT session_id::text FROM sessions_app_recording",
    "transcription": (
        "SELECT session_id::text FROM sessions_app_stagerun "
        "WHERE stage = 'transcription' AND outcome = 'completed'"
    ),
    "report": (
        "SELECT session_id::text FROM sessions_app_stagerun WHERE stage = 'report' AND outcome = 'completed'"
    ),
}
DOUBLED_SEGMENTS = (
    'SELECT count(*) FROM (SELECT 1 FROM sessions_app_segment GROUP BY transcript_id, "index" '
    "HAVING count(*) > 1) AS doubled"
)
STILL_RUNNING = "SELECT count(*) FROM sessions_app_stagerun WHERE outcome = 'running'"


def brought_to_an_end(client: SteadyClient, sent: list[Sent]) -> Counter[str]:
    """Wait for every session; one that failed has a code, and a retry brings it to its report.

    Returns:
        How often each code ended a session before its report was there.
    """
    codes: Counter[str] = Counter()
    for one in sent:
        session = client.ended(one)
        tries = 0
        while session["status"] == "failed":
            error = session["error"]
            assert error["code"], session
            codes[error["code"]] += 1
            # An outage may spend a poisoned recording's attempts before the decoder does.
            if one.poison and error["code"] == "internal_error":
                assert error["stage"] == "transcription", error
                break
            assert error["retryable"] is True, error
            assert tries < 3, f"session {one.number} does not come to its report: {error}"
            tries += 1
            client.call("POST", f"/sessions/{one.session_id}/retry")
            session = client.ended(one)
        assert (session["status"] == "failed") is one.poison, session["status"]
    return codes


def nothing_lost_or_doubled(cluster: LiveCluster, sent: list[Sent]) -> None:
    """Each session has one recording, one transcript and one report, its audio is what was sent."""
    well = {one.session_id for one in sent if not one.poison}
    with psycopg.connect(cluster.servers.database_url) as database:
        for name, query in QUERIES.items():
            found = Counter(row[0] for row in database.execute(query).fetchall())
            wanted = {one.session_id for one in sent} if name == "recordings" else well
            assert {pk: found[pk] for pk in wanted} == dict.fromkeys(wanted, 1), name
        titles: list[Any] = database.execute(
            "SELECT title, count(*) FROM sessions_app_therapysession GROUP BY title HAVING count(*) > 1"
        ).fetchall()
        assert titles == []
        assert database.execute(DOUBLED_SEGMENTS).fetchone() == (0,)
        assert database.execute(STILL_RUNNING).fetchone() == (0,)
        stored = database.execute("SELECT session_id::text, storage_key FROM sessions_app_recording")
        keys: dict[str, str] = {row[0]: row[1] for row in stored.fetchall()}
    bucket = cluster.servers.bucket
    with closing(bucket_client(bucket, 30)) as client:
        for one in sent:
            body = client.get_object(Bucket=bucket.bucket, Key=keys[one.session_id])["Body"].read()
            assert hashlib.sha256(body).hexdigest() == one.sha256, one


def attempts_made(cluster: LiveCluster) -> dict[str, int]:
    """How many attempts at a stage ended how, over all sessions."""
    with psycopg.connect(cluster.servers.database_url) as database:
        rows = database.execute("SELECT outcome, count(*) FROM sessions_app_stagerun GROUP BY outcome")
        return {str(outcome): int(count) for outcome, count in rows.fetchall()}

"""The drill's steps inside one Django process, which `drill` starts; prints what it found as JSON."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Therapist
from accounts.tests.factories import TherapistFactory
from core.runtime.setup import make_folders
from core.storage.bucket import bucket, object_delete, object_versions
from patients.models import Patient
from patients.tests.factories import PatientFactory
from sessions_app.backup import databases
from sessions_app.backup.archive import StoredRecording
from sessions_app.backup.snapshots import stored_sha256
from sessions_app.models import Recording, Status, TherapySession, Transcript
from sessions_app.models.transcript import Segment
from sessions_app.tests.factories import TherapySessionFactory, stored_recording


def make_sessions(therapist: Therapist, patient: Patient, count: int, size: int) -> None:
    """Sessions with a recording and a transcript."""
    for _ in range(count):
        session = TherapySessionFactory.create(
            therapist=therapist, patient=patient, status=Status.REPORT_READY
        )
        stored_recording(session, secrets.token_bytes(size))
        transcript = Transcript.objects.create(session=session, language="en", duration_ms=60_000)
        Segment.objects.bulk_create(
            Segment(transcript=transcript, index=n, speaker="S1", start_ms=n * 1000, end_ms=n * 1000 + 900,
                    text="words of a session " * 4)
            for n in range(60)
        )  # fmt: skip


def fingerprint() -> dict[str, Any]:
    """Rows of every table, names, and what every recording's bytes hash to."""
    recordings = Recording.objects.order_by("storage_key").values_list("storage_key", "sha256", "size_bytes")
    return {
        "rows": databases.rows(),
        "names": sorted(Patient.objects.values_list("full_name", flat=True)),
        "texts": Segment.objects.filter(text__startswith="words of").count(),
        "stored": {
            key: stored_sha256(StoredRecording(key=key, sha256=sha, size_bytes=size))
            for key, sha, size in recordings
        },
    }


def destroy() -> None:
    """Nothing is left of database and recordings."""
    store = bucket()
    if store is None:
        shutil.rmtree(settings.MEDIA_ROOT)
    else:
        for key in {item.key for item in object_versions(store, "")}:
            object_delete(store, key)
    if databases.is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    connection.close()
    if not databases.is_postgresql():
        for path in Path(settings.VAR_DIR).glob("db.sqlite3*"):
            path.unlink()


def main() -> None:
    """All steps; an assertion fails where something is not as it was."""
    folder, sessions, megabytes = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def timed(step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        seconds[step] = time.monotonic() - began

    def run(name: str, *arguments: str, **options: Any) -> str:
        output = StringIO()
        call_command(name, *arguments, stdout=output, stderr=output, **options)
        return output.getvalue()

    make_folders()
    run("migrate", verbosity=0)
    therapist = TherapistFactory.create()
    patient = PatientFactory.create(therapist=therapist, full_name="Daniel Reyes")
    size = int(megabytes * 1_000_000)
    make_sessions(therapist, patient, sessions, size)
    with timed("backup"):
        run("backup", str(folder))
    # In work at the moment of the disaster: a worker holds it, and nobody else will send it.
    session = TherapySession.objects.first()
    assert session is not None
    TherapySession.objects.filter(pk=session.pk).update(status=Status.TRANSCRIBED, queued_at=timezone.now())
    make_sessions(therapist, patient, 1, size)
    time.sleep(1.1)  # snapshots are named by the second
    with timed("again"):
        second = run("backup", str(folder))
    assert f"recordings: {sessions + 1}, 1 of them new" in second, second
    before = fingerprint()
    destroy()
    identity = os.environ.get("DRILL_IDENTITY")
    with timed("restore"):
        run("restore", str(folder), *(["--identity", identity] if identity else []))
    after = fingerprint()
    assert after == before
    session.refresh_from_db()
    assert (session.status, session.queued_at) == (Status.TRANSCRIBED, None)
    with timed("check"):
        run("check_storage", "--read")
    size_of_all = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(json.dumps({"equal": after == before, "seconds": seconds, "bytes": size_of_all}))

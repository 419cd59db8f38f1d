"""The smaller services: erasure of a patient, word times, gaps, what is left on the disk."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.storage.incoming import IncomingFile, incoming_folder
from core.storage.recordings import recording_key, recording_store
from patients.services import patients_purge
from sessions_app import pipeline, reaper, tasks
from sessions_app.models import MediaErasure, Status, TherapySession, Upload
from sessions_app.services.erasure import erase_patient_media
from sessions_app.services.gaps import gaps_without
from sessions_app.services.media_erasure import erasure_unless_claimed
from sessions_app.services.uploads import upload_create
from sessions_app.services.word_times import words_realign
from sessions_app.tests.conftest import Commits, files_under
from sessions_app.tests.factories import TherapySessionFactory, stored_recording


@pytest.mark.django_db
def test_a_patients_media_are_erased_and_nobody_elses(
    session: TherapySession, media_root: Path, commits: Commits
) -> None:
    other = TherapySessionFactory.create(therapist=session.therapist)
    kept = stored_recording(other)
    stored_recording(session)
    upload = upload_create(session_id=session.pk, filename="a", size=None, sha256="")
    folder = media_root / "media" / "uploads" / str(upload.pk)
    folder.mkdir(parents=True)
    (folder / "000001").write_bytes(b"half a session")
    for _ in range(2):
        with commits(execute=True):
            erase_patient_media(session.patient_id)
        assert files_under(media_root) == [f"media/{kept.storage_key}"]
    assert not MediaErasure.objects.exists()


@pytest.mark.django_db
def test_the_patients_app_calls_it(session: TherapySession, media_root: Path, commits: Commits) -> None:
    stored_recording(session)
    session.patient.deleted_at = timezone.now() - timedelta(days=8)
    session.patient.save()
    with commits(execute=True):
        patients_purge()
    assert files_under(media_root) == []
    assert not TherapySession.objects.exists()


@pytest.mark.django_db
def test_a_file_stored_by_a_process_that_died_goes_after_a_day(media_root: Path) -> None:
    key = recording_key()
    erasure_unless_claimed(key)
    with IncomingFile(100) as incoming:
        incoming.write(b"orphan")
        incoming.finish()
        recording_store(key, incoming.path)
    left = incoming_folder() / "incoming-left"
    left.write_bytes(b"x")
    tasks.purge_uploads()
    assert len(files_under(media_root)) == 2
    MediaErasure.objects.update(due_at=timezone.now())
    os.utime(left, (time.time() - 10**6,) * 2)
    tasks.purge_uploads()
    assert files_under(media_root) == []
    assert not Upload.objects.exists()


@pytest.mark.django_db
def test_resume_stalled_sessions_sends_them(session: TherapySession, started: list[Any]) -> None:
    TherapySession.objects.update(status=Status.UPLOADED)
    output = io.StringIO()
    call_command("resume_stalled_sessions", stdout=output)
    assert output.getvalue() == "1 session(s) resumed\n"
    assert started == [("sessions_app.tasks.transcribe_session", str(session.pk))]


@pytest.mark.django_db
def test_reset_asks_for_no_work(session: TherapySession, started: list[Any]) -> None:
    TherapySession.objects.update(status=Status.FAILED, failed_stage="report", error_code="model_timeout")
    pipeline.reset(session.pk)
    session.refresh_from_db()
    assert (session.status, session.failed_stage, session.error_code) == (Status.CREATED, "", "")
    assert reaper.reap() == 0
    assert started == []


def words(text: str) -> list[dict[str, Any]]:
    return [
        {"start_ms": n * 100, "end_ms": n * 100 + 100, "text": word, "confidence": 0.5}
        for n, word in enumerate(text.split())
    ]


def test_words_that_stay_keep_their_times() -> None:
    before = words("I take my seal trailing every morning")
    after = words_realign(before, "I take my sertraline, every morning", 0, 700)
    assert [word["text"] for word in after] == ["I", "take", "my", "sertraline,", "every", "morning"]
    assert [word["start_ms"] for word in after] == [0, 100, 200, 300, 500, 600]
    assert (after[3]["end_ms"], after[3]["confidence"]) == (500, 1.0)
    assert after[0]["confidence"] == 0.5


def test_new_words_at_the_ends() -> None:
    after = words_realign(words("b c"), "a b c d e", -100, 400)
    assert [(word["start_ms"], word["end_ms"]) for word in after] == [
        (-100, 0), (0, 100), (100, 200), (200, 300), (300, 400),
    ]  # fmt: skip


def test_words_of_another_text_and_of_none() -> None:
    assert [word["text"] for word in words_realign(words("a b"), "x y z", 0, 300)] == ["x", "y", "z"]
    assert words_realign([], "x y", 0, 300) == []
    assert words_realign(words("a"), "", 0, 300) == []


def test_gaps() -> None:
    gaps = [{"start_ms": 0, "end_ms": 10}, {"start_ms": 20, "end_ms": 40}]
    assert gaps_without(gaps, 25, 30) == (
        [gaps[0], {"start_ms": 20, "end_ms": 25}, {"start_ms": 30, "end_ms": 40}], 5,
    )  # fmt: skip
    assert gaps_without(gaps, 0, 100) == ([], 30)
    assert gaps_without(gaps, 10, 20) == (gaps, 0)

"""Back-pressure: beginning something new is refused, finishing something is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.storage.incoming import IncomingFile
from sessions_app import backlog, pipeline
from sessions_app.models import Status, TherapySession, Upload
from sessions_app.tests.conftest import files_under, raw
from sessions_app.tests.factories import TherapySessionFactory, stored_recording, transcribed
from sessions_app.tests.media import sound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root", "started")]


@pytest.fixture
def limits(settings: Settings) -> Settings:
    """Two may wait for each stage."""
    settings.QUEUE_LIMITS = {"transcription": 2, "report": 2}
    settings.QUEUE_LIMIT_PER_THERAPIST = 0
    settings.QUEUE_RETRY_AFTER_SECONDS = 45
    return settings


def waiting(count: int, status: Status, therapist: Therapist | None = None) -> None:
    owner = {"therapist": therapist} if therapist else {}
    for _ in range(count):
        TherapySessionFactory.create(status=status, **owner)


def refused(answer: Any, queue: str) -> None:
    assert answer.status_code == 429
    assert answer["Retry-After"] == "45"
    body = answer.json()
    assert (body["code"], body["queue"], body["retry_after"]) == ("queue_full", queue, 45)


def begin(client: APIClient, session: TherapySession, size: int | None = None) -> Any:
    body = {"filename": "a.wav"} | ({"size": size} if size else {})
    return client.post(f"/sessions/{session.pk}/audio/uploads", body, format="json")


def post(client: APIClient, session: TherapySession) -> Any:
    file = SimpleUploadedFile("a.wav", sound(0.5), "audio/wav")
    return client.post(f"/sessions/{session.pk}/audio", {"file": file}, format="multipart")


def test_a_new_upload_is_refused(client: APIClient, session: TherapySession, limits: Settings) -> None:
    waiting(2, Status.UPLOADED)
    refused(begin(client, session), "transcription")
    assert not Upload.objects.exists()


def test_there_is_room_below_the_limit(client: APIClient, session: TherapySession, limits: Settings) -> None:
    waiting(1, Status.UPLOADED)
    waiting(5, Status.TRANSCRIBING)
    waiting(5, Status.TRANSCRIBED)
    assert begin(client, session).status_code == 201


def test_a_posted_recording_is_refused_before_it_is_read(
    client: APIClient,
    session: TherapySession,
    limits: Settings,
    media_root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting(2, Status.UPLOADED)
    monkeypatch.setattr(IncomingFile, "write", lambda *_: pytest.fail("the body was read"))
    refused(post(client, session), "transcription")
    assert files_under(media_root) == []


def test_an_upload_that_was_begun_may_always_be_completed(
    client: APIClient, session: TherapySession, limits: Settings
) -> None:
    content = sound(0.5)
    upload = begin(client, session, len(content)).json()["id"]
    waiting(9, Status.UPLOADED)
    parts = f"/sessions/{session.pk}/audio/uploads/{upload}"
    sent = raw(client, "PUT", f"{parts}/parts/1", content, content_type="application/octet-stream")
    assert sent.status_code == 200
    assert client.post(f"{parts}/complete", {}, format="json").status_code == 202
    session.refresh_from_db()
    assert session.status == Status.UPLOADED


def test_uploads_on_their_way_count_until_they_are_left_alone(
    client: APIClient, session: TherapySession, limits: Settings
) -> None:
    others = [TherapySessionFactory.create(therapist=session.therapist) for _ in range(2)]
    for other in others:
        assert begin(client, other).status_code == 201
    refused(begin(client, session), "transcription")
    limit = timedelta(hours=limits.UPLOAD_EXPIRES_HOURS) - backlog.UPLOADING
    Upload.objects.update(expires_at=timezone.now() + limit - timedelta(seconds=1))
    assert begin(client, session).status_code == 201


def test_one_therapist_alone_does_not_fill_the_queue(
    api: Api, session: TherapySession, other_therapist: Therapist, limits: Settings
) -> None:
    limits.QUEUE_LIMITS = {"transcription": 100, "report": 100}
    limits.QUEUE_LIMIT_PER_THERAPIST = 3
    waiting(3, Status.UPLOADED, session.therapist)
    theirs = TherapySessionFactory.create(therapist=other_therapist)
    refused(begin(api(session.therapist), session), "transcription")
    assert begin(api(other_therapist), theirs).status_code == 201


def test_asking_for_a_report_is_refused(client: APIClient, session: TherapySession, limits: Settings) -> None:
    transcribed(session)
    waiting(2, Status.TRANSCRIBED)
    refused(client.post(f"/sessions/{session.pk}/report", {}, format="json"), "report")
    session.refresh_from_db()
    assert (session.status, session.report_request) == (Status.CREATED, {})


def test_a_typed_transcript_is_refused_with_its_report_and_taken_without(
    client: APIClient, session: TherapySession, limits: Settings
) -> None:
    waiting(2, Status.TRANSCRIBED)
    typed = {"text": "Therapist: How are you?\nClient: Tired."}
    path = f"/sessions/{session.pk}/transcript"
    refused(client.post(path, typed, format="json"), "report")
    assert client.post(f"{path}?report=false", typed, format="json").status_code in {200, 201, 202}


@pytest.mark.parametrize("stage", [pipeline.TRANSCRIPTION, pipeline.REPORT], ids=lambda stage: stage.name)
def test_a_retry_is_refused_and_possible_later(
    client: APIClient, session: TherapySession, limits: Settings, stage: pipeline.Stage
) -> None:
    stored_recording(session)
    transcribed(session)
    TherapySession.objects.update(status=Status.FAILED, failed_stage=stage.name, error_code="internal_error")
    waiting(2, stage.waiting)
    refused(client.post(f"/sessions/{session.pk}/retry"), stage.name)
    session.refresh_from_db()
    assert session.status == Status.FAILED
    TherapySession.objects.filter(status=stage.waiting).delete()
    assert client.post(f"/sessions/{session.pk}/retry").status_code == 202


def test_what_the_platform_starts_itself_is_never_refused(session: TherapySession, limits: Settings) -> None:
    TherapySession.objects.update(status=Status.UPLOADED)
    waiting(9, Status.TRANSCRIBED)
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    assert pipeline.complete(lease, lambda: None)
    session.refresh_from_db()
    assert session.status == Status.TRANSCRIBED


def test_no_limit(client: APIClient, session: TherapySession, limits: Settings) -> None:
    limits.QUEUE_LIMITS = {"transcription": 0, "report": 0}
    waiting(5, Status.UPLOADED)
    assert begin(client, session).status_code == 201


def test_the_count_reads_an_index_and_stops_at_the_limit(session: TherapySession, limits: Settings) -> None:
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        backlog.refuse_when_full(pipeline.TRANSCRIPTION, session.therapist_id)
    assert len(queries) == 2
    for query in queries:
        assert "LIMIT" in query["sql"]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                assert "USING" in " ".join(str(row) for row in cursor.fetchall())


def test_a_recording_can_be_posted_below_the_limit(
    client: APIClient, session: TherapySession, limits: Settings
) -> None:
    waiting(1, Status.UPLOADED)
    assert post(client, session).status_code == 202

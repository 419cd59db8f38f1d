"""GET /sessions/{id}."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app.models import Status, TherapySession
from sessions_app.tests.factories import RecordingFactory, transcribed

pytestmark = pytest.mark.django_db


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}"


def put(session: TherapySession, **fields: Any) -> None:
    TherapySession.objects.filter(pk=session.pk).update(**fields)


def test_it_works(
    api: Api, therapist: Therapist, session: TherapySession, django_assert_max_num_queries: Any
) -> None:
    transcribed(session)
    recording = RecordingFactory.create(session=session, duration_ms=61_000)
    client = api(therapist)
    with django_assert_max_num_queries(2):
        answer = client.get(url(session))
    shown = answer.json()
    assert shown["counts"] == {"segments": 4, "corrections": 0}
    assert shown["recording"]["duration_ms"] == 61_000
    assert recording.storage_key not in answer.content.decode()
    assert b"woke up" not in answer.content


def test_anonymous(anonymous: APIClient, session: TherapySession) -> None:
    assert anonymous.get(url(session)).status_code == 401


def test_stranger(api: Api, other_therapist: Therapist, session: TherapySession) -> None:
    answer = api(other_therapist).get(url(session))
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_id_that_is_none(api: Api, therapist: Therapist) -> None:
    assert api(therapist).get("/sessions/abc").status_code == 404


def test_waiting_shows_progress_zero(api: Api, therapist: Therapist, session: TherapySession) -> None:
    put(session, status=Status.UPLOADED, progress=0.7)
    shown = api(therapist).get(url(session)).json()
    assert shown["progress"] == {"stage": "transcription", "percent": 0, "eta_seconds": None}


def test_running_shows_percent_and_time_left(api: Api, therapist: Therapist, session: TherapySession) -> None:
    put(
        session, status=Status.REPORTING, progress=0.25,
        stage_started_at=timezone.now() - timedelta(seconds=30),
    )  # fmt: skip
    progress = api(therapist).get(url(session)).json()["progress"]
    assert progress["stage"] == "report"
    assert progress["percent"] == 25
    assert 85 <= progress["eta_seconds"] <= 100


def test_failed_shows_code_sentence_and_whether_to_retry(
    api: Api, therapist: Therapist, session: TherapySession
) -> None:
    put(session, status=Status.FAILED, failed_stage="transcription", error_code="no_speech")
    shown = api(therapist).get(url(session)).json()
    assert shown["progress"] is None
    assert shown["error"] == {
        "stage": "transcription",
        "code": "no_speech",
        "message": "No speech was found in this recording.",
        "retryable": False,
    }

"""POST /sessions/{id}/retry and /cancel."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app import pipeline
from sessions_app.models import Status, TherapySession
from sessions_app.tests.conftest import Commits
from sessions_app.tests.factories import RecordingFactory, stored_recording

pytestmark = pytest.mark.django_db


def failed(session: TherapySession, stage: str = "transcription") -> None:
    TherapySession.objects.filter(pk=session.pk).update(
        status=Status.FAILED, failed_stage=stage, error_code="internal_error"
    )


@pytest.mark.parametrize("verb", ["retry", "cancel"])
def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession, verb: str
) -> None:
    assert anonymous.post(f"/sessions/{session.pk}/{verb}").status_code == 401
    assert api(other_therapist).post(f"/sessions/{session.pk}/{verb}").status_code == 404


def test_retry_sends_the_failed_stage(
    api: Api, therapist: Therapist, session: TherapySession, started: list, commits: Commits
) -> None:
    failed(session)
    RecordingFactory.create(session=session)
    with commits(execute=True):
        answer = api(therapist).post(f"/sessions/{session.pk}/retry")
    assert answer.status_code == 202
    assert answer.json()["status"] == "uploaded"
    assert answer.json()["error"] is None
    assert started == [("sessions_app.tasks.transcribe_session", str(session.pk))]


def test_retry_without_a_recording(api: Api, therapist: Therapist, session: TherapySession) -> None:
    failed(session)
    answer = api(therapist).post(f"/sessions/{session.pk}/retry")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_retry_of_what_did_not_fail(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert api(therapist).post(f"/sessions/{session.pk}/retry").status_code == 400
    TherapySession.objects.filter(pk=session.pk).update(status=Status.REPORTING)
    answer = api(therapist).post(f"/sessions/{session.pk}/retry")
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")


@pytest.mark.usefixtures("media_root")
def test_cancel_stops_the_worker(api: Api, therapist: Therapist, session: TherapySession) -> None:
    stored_recording(session)
    TherapySession.objects.filter(pk=session.pk).update(status=Status.UPLOADED)
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    answer = api(therapist).post(f"/sessions/{session.pk}/cancel")
    assert answer.status_code == 202
    assert answer.json()["error"]["code"] == "cancelled"
    assert answer.json()["error"]["retryable"] is True
    assert pipeline.heartbeat(lease) is False
    assert api(therapist).post(f"/sessions/{session.pk}/retry").json()["status"] == "uploaded"


def test_cancel_without_work(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert api(therapist).post(f"/sessions/{session.pk}/cancel").status_code == 400

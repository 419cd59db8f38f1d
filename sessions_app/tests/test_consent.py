"""Without the patient's consent no stage starts, at the call and at the worker."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app import pipeline
from sessions_app.models import Outcome, Recording, StageRun, Status, TherapySession, Upload
from sessions_app.tasks import transcribe_session
from sessions_app.tests.factories import TherapySessionFactory, stored_recording, transcribed
from sessions_app.tests.media import sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return TherapySessionFactory.create(therapist=therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def answer(client: APIClient, session: TherapySession, scope: str, granted: bool) -> None:
    body = {scope: {"granted": granted, "method": "verbal"}}
    assert client.put(f"/patients/{session.patient_id}/consents", body).status_code == 200


@pytest.mark.parametrize("scope", ["record", "ai_processing"])
def test_no_recording_is_taken(client: APIClient, session: TherapySession, scope: str) -> None:
    answer(client, session, scope, granted=False)
    audio = SimpleUploadedFile("session.wav", sound(1), "audio/wav")
    sent = client.post(f"/sessions/{session.pk}/audio", {"file": audio}, format="multipart")
    assert (sent.status_code, sent.json()["code"], sent.json()["scopes"]) == (403, "consent_missing", [scope])
    opened = client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "session.wav"})
    assert opened.json()["code"] == "consent_missing"
    assert not Recording.objects.exists()
    assert not Upload.objects.exists()


def test_no_stage_is_asked_for(client: APIClient, session: TherapySession) -> None:
    transcribed(session)
    answer(client, session, "ai_processing", granted=False)
    typed = {"text": "Therapist: How are you?\nClient: Fine."}
    for address, body in (
        (f"/sessions/{session.pk}/report", {}),
        (f"/sessions/{session.pk}/transcript", typed),
    ):
        assert client.post(address, body).json()["code"] == "consent_missing"
    # Writing down what was said is no processing.
    assert client.post(f"/sessions/{session.pk}/transcript?report=false", typed).status_code == 202
    session.refresh_from_db()
    assert session.status == Status.CREATED


def test_withdrawal_stops_what_waits_and_runs(
    client: APIClient, session: TherapySession, therapist: Therapist
) -> None:
    TherapySession.objects.filter(pk=session.pk).update(status=Status.UPLOADED)
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    waiting = TherapySessionFactory.create(
        therapist=therapist, patient=session.patient, status=Status.TRANSCRIBED
    )
    others = TherapySessionFactory.create(therapist=therapist, status=Status.UPLOADED)
    answer(client, session, "ai_processing", granted=False)
    for row in (session, waiting, others):
        row.refresh_from_db()
    assert (session.status, session.error_code) == (Status.FAILED, "consent_missing")
    assert (waiting.status, waiting.failed_stage) == (Status.FAILED, "report")
    assert others.status == Status.UPLOADED
    assert not pipeline.heartbeat(lease)
    assert StageRun.objects.get().outcome == Outcome.CANCELLED
    stored_recording(session)
    assert client.post(f"/sessions/{session.pk}/retry").json()["code"] == "consent_missing"
    session.refresh_from_db()
    assert session.status == Status.FAILED


def test_the_worker_asks_again(
    client: APIClient, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(client, session, "ai_processing", granted=False)
    TherapySession.objects.filter(pk=session.pk).update(status=Status.UPLOADED)
    monkeypatch.setattr("sessions_app.stage.Heartbeat", None)
    transcribe_session.apply(args=(str(session.pk),))
    session.refresh_from_db()
    assert (session.status, session.error_code) == (Status.FAILED, "consent_missing")


def test_given_again_the_work_goes_on(client: APIClient, session: TherapySession) -> None:
    for granted in (False, True):
        answer(client, session, "ai_processing", granted=granted)
    assert client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "s.wav"}).status_code == 201

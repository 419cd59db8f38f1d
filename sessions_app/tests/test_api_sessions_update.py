"""PATCH /sessions/{id}."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.tests.factories import PatientFactory
from sessions_app.models import Status, TherapySession
from sessions_app.services import sessions

pytestmark = pytest.mark.django_db


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}"


def test_it_works(api: Api, therapist: Therapist, session: TherapySession) -> None:
    answer = api(therapist).patch(url(session), {"title": "Second", "diagnosis": "F32.1"})
    assert answer.status_code == 200
    assert answer.json()["title"] == "Second"
    session.refresh_from_db()
    assert session.diagnosis == "F32.1"


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession
) -> None:
    assert anonymous.patch(url(session), {"title": "x"}).status_code == 401
    assert api(other_therapist).patch(url(session), {"title": "x"}).status_code == 404
    session.refresh_from_db()
    assert session.title == ""


@pytest.mark.parametrize("field", ["status", "progress", "recording", "therapist", "lease_token", "id"])
def test_what_the_platform_keeps_cannot_be_written(
    api: Api, therapist: Therapist, session: TherapySession, field: str
) -> None:
    answer = api(therapist).patch(url(session), {field: "report_ready"})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_somebody_elses_patient(
    api: Api, therapist: Therapist, other_therapist: Therapist, session: TherapySession
) -> None:
    theirs = PatientFactory.create(therapist=other_therapist)
    assert api(therapist).patch(url(session), {"patient": str(theirs.pk)}).status_code == 400


def test_a_running_stage_is_not_touched(api: Api, therapist: Therapist, session: TherapySession) -> None:
    TherapySession.objects.filter(pk=session.pk).update(status=Status.TRANSCRIBING, progress=0.4)
    assert api(therapist).patch(url(session), {"title": "x"}).status_code == 200
    session.refresh_from_db()
    assert (session.status, session.progress) == (Status.TRANSCRIBING, 0.4)


def test_begin_and_end_moved_past_each_other_at_once(
    api: Api, therapist: Therapist, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two requests is right by what it had read; the later one is told to try again."""
    update = sessions.session_update

    def after_another(**change: Any) -> TherapySession:
        TherapySession.objects.filter(pk=session.pk).update(started_at="2026-03-02T12:00Z")
        return update(**change)

    client = api(therapist)
    with monkeypatch.context() as between:
        between.setattr(sessions, "session_update", after_another)
        answer = client.patch(url(session), {"ended_at": "2026-03-02T11:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")
    assert answer["Retry-After"] == "1"
    session.refresh_from_db()
    assert session.ended_at is None
    again = client.patch(url(session), {"ended_at": "2026-03-02T11:00Z"})
    assert again.json()["errors"]["ended_at"][0]["code"] == "ended_before_start"


@pytest.mark.usefixtures("signed")
def test_signed(api: Api, therapist: Therapist, session: TherapySession) -> None:
    answer = api(therapist).patch(url(session), {"title": "x"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "report_finalized"

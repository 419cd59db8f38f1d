"""POST /sessions/{id}/report."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports import drafting
from reports.models import ReportStatus
from reports.tests.factories import (
    FakeDrafter,
    make_draft,
    report_of,
    session_with_report,
    session_with_transcript,
)
from sessions_app.models import Status, TherapySession
from sessions_app.tests.factories import TherapySessionFactory


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}/report"


def test_it_works(
    therapist: Therapist, api: Api, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    session = session_with_transcript(therapist, status=Status.CREATED)
    drafter = FakeDrafter(lambda _: make_draft(session))
    monkeypatch.setattr(drafting, "drafter", lambda: drafter)
    with django_capture_on_commit_callbacks(execute=True):
        response = api(therapist).post(url(session), {"note_format": "birp"}, format="json")
    assert response.status_code == 202
    assert response.json()["id"] == str(session.pk)
    assert response.json()["status"] == "transcribed"
    session.refresh_from_db()
    assert session.status == Status.REPORT_READY
    assert report_of(session).note_format == "birp"


def test_a_section_alone_is_asked_for_in_the_reports_own_format(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    report = report_of(session)
    report.note_format = "soap"
    report.save()
    response = api(therapist).post(url(session), {"sections": ["subjective", "subjective"]}, format="json")
    assert response.status_code == 202
    session.refresh_from_db()
    assert session.report_request == {"note_format": "soap", "sections": ["subjective"]}


def test_sections_of_a_report_that_is_not_there_are_the_whole_report(therapist: Therapist, api: Api) -> None:
    session = session_with_transcript(therapist, note_format="dap")
    api(therapist).post(url(session), {"sections": ["summary"]}, format="json")
    session.refresh_from_db()
    assert session.report_request == {"note_format": "dap"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sections": ["subjective"]}, "sections"),
        ({"sections": []}, "sections"),
        ({"note_format": "haiku"}, "note_format"),
        ({"style": "short"}, "style"),
    ],
)
def test_what_is_not_known_is_refused(
    therapist: Therapist, api: Api, body: dict[str, Any], field: str
) -> None:
    session = session_with_report(therapist)
    response = api(therapist).post(url(session), body, format="json")
    assert response.status_code == 400
    assert field in response.json()["errors"]
    session.refresh_from_db()
    assert session.status == Status.REPORT_READY


@pytest.mark.parametrize(
    "status", [Status.UPLOADED, Status.TRANSCRIBING, Status.TRANSCRIBED, Status.REPORTING]
)
def test_busy(therapist: Therapist, api: Api, status: str) -> None:
    session = session_with_report(therapist)
    TherapySession.objects.filter(pk=session.pk).update(status=status)
    response = api(therapist).post(url(session))
    assert (response.status_code, response.json()["code"]) == (409, "session_busy")


@pytest.mark.parametrize("status", [Status.CREATED, Status.FAILED])
def test_without_transcript(therapist: Therapist, api: Api, status: str) -> None:
    session = TherapySessionFactory.create(therapist=therapist, status=status)
    response = api(therapist).post(url(session))
    assert (response.status_code, response.json()["code"]) == (409, "transcript_not_ready")


def test_signed(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    report = report_of(session)
    report.status, report.finalized_at = ReportStatus.FINALIZED, timezone.now()
    report.save()
    response = api(therapist).post(url(session))
    assert (response.status_code, response.json()["code"]) == (409, "report_finalized")


def test_idempotency_key_starts_one_draft(therapist: Therapist, api: Api) -> None:
    session = session_with_transcript(therapist)
    client = api(therapist)
    first = client.post(url(session), {}, format="json", HTTP_IDEMPOTENCY_KEY="one")
    second = client.post(url(session), {}, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert (first.status_code, second.status_code) == (202, 202)
    assert second["Idempotency-Replayed"] == "true"


def test_stranger(other_therapist: Therapist, therapist: Therapist, api: Api) -> None:
    session = session_with_transcript(therapist)
    assert api(other_therapist).post(url(session)).status_code == 404
    assert api(other_therapist).post(f"/sessions/{uuid4()}/report").status_code == 404
    session.refresh_from_db()
    assert session.status == Status.REPORT_READY


def test_anonymous(therapist: Therapist, anonymous: APIClient) -> None:
    assert anonymous.post(url(session_with_transcript(therapist))).status_code == 401

"""`generate_report`: a transcript becomes a stored draft, or the session says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from accounts.models import Therapist
from conftest import Api
from ml.errors import ErrorCode, PermanentError, TransientError
from ml.schemas.report import NoteFormat, Section
from reports import drafting
from reports.models import Report
from reports.tasks import generate_report
from reports.tests.factories import FakeDrafter, make_draft, session_with_transcript
from sessions_app.models import Status, TherapySession


def run(session: TherapySession, drafter: FakeDrafter, monkeypatch: pytest.MonkeyPatch) -> TherapySession:
    monkeypatch.setattr(drafting, "drafter", lambda: drafter)
    generate_report.apply(args=(str(session.pk),))
    session.refresh_from_db()
    return session


@pytest.mark.django_db(transaction=True)
def test_it_works(therapist: Therapist, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with_transcript(therapist, status=Status.TRANSCRIBED, note_format="soap")
    drafter = FakeDrafter(lambda _: make_draft(session))
    run(session, drafter, monkeypatch)
    assert session.status == Status.REPORT_READY
    assert drafter.calls[0]["note_format"] is NoteFormat.SOAP
    assert drafter.calls[0]["sections"] is None
    roles = [segment.role.value for segment in drafter.calls[0]["transcript"].segments]
    assert roles[:2] == ["therapist", "client"]
    body = api(therapist).get(f"/sessions/{session.pk}/report").json()
    assert body["status"] == "draft"
    assert body["note_format"] == "soap"
    assert body["summary"] == "I wake up at four most nights. My mind races about work."


@pytest.mark.django_db(transaction=True)
def test_sections_asked_for_reach_the_drafter_and_the_request_is_done(
    therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_with_transcript(
        therapist, status=Status.TRANSCRIBED, report_request={"note_format": "dap", "sections": ["summary"]}
    )
    drafter = FakeDrafter(lambda _: make_draft(session))
    run(session, drafter, monkeypatch)
    assert drafter.calls[0]["sections"] == {Section.SUMMARY}
    assert session.report_request == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermanentError(ErrorCode.MODEL_NOT_AVAILABLE, "no weights"), "model_not_available"),
        (TransientError(ErrorCode.MODEL_TIMEOUT, "slow"), "model_timeout"),
        (ValueError("a defect"), "internal_error"),
    ],
)
def test_failures_have_their_code(
    therapist: Therapist,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    error: Exception,
    code: str,
) -> None:
    settings.STAGE_MAX_ATTEMPTS = 1
    session = run(
        session_with_transcript(therapist, status=Status.TRANSCRIBED), FakeDrafter(error), monkeypatch
    )
    assert (session.status, session.error_code) == (Status.FAILED, code)
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_under_the_draft_is_a_retry(
    therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_with_transcript(therapist, status=Status.TRANSCRIBED)
    run(session, FakeDrafter(OperationalError("the server went away")), monkeypatch)
    assert (session.status, session.attempts, session.error_code) == (Status.TRANSCRIBED, 1, "")
    TherapySession.objects.update(not_before=None)
    run(session, FakeDrafter(lambda _: make_draft(session)), monkeypatch)
    assert session.status == Status.REPORT_READY


@pytest.mark.django_db(transaction=True)
def test_second_delivery_does_nothing(therapist: Therapist, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_with_transcript(therapist, status=Status.TRANSCRIBED)
    drafter = FakeDrafter(lambda _: make_draft(session))
    run(session, drafter, monkeypatch)
    run(session, drafter, monkeypatch)
    assert len(drafter.calls) == 1
    assert Report.objects.get().version == 1

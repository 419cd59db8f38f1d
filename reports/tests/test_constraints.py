"""What the database refuses to hold, whoever writes it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Therapist
from conftest import Api
from reports.models import Decision, Report, ReportStatus, RiskFlag
from reports.services import signing
from reports.tests.factories import report_of, resolve, session_with_report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"status": ReportStatus.FINALIZED},
        {"finalized_at": timezone.now()},
        {"status": "torn up", "finalized_at": timezone.now()},
    ],
)
def test_a_signed_report_has_a_date_and_a_draft_has_none(
    therapist: Therapist, change: dict[str, Any]
) -> None:
    session_with_report(therapist)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(**change)
    assert Report.objects.update(status=ReportStatus.FINALIZED, finalized_at=timezone.now()) == 1


def test_a_dismissed_flag_has_a_reason(therapist: Therapist) -> None:
    session_with_report(therapist)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskFlag.objects.update(clinician_decision=Decision.DISMISSED)
    reasoned = RiskFlag.objects.update(clinician_decision=Decision.DISMISSED, rationale="A film they saw.")
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskFlag.objects.update(rationale="")
    assert reasoned == RiskFlag.objects.exclude(rationale="").count()


def test_the_caller_gets_a_code_and_nothing_is_half_written(
    api: Api, therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_with_report(therapist)
    resolve(report_of(session))
    monkeypatch.setattr(signing, "timezone", SimpleNamespace(now=lambda: None))
    client = api(therapist)
    answer = client.patch(f"/sessions/{session.pk}/report", {"status": "finalized"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")
    report = report_of(session)
    assert (report.status, report.version) == (ReportStatus.DRAFT, 1)

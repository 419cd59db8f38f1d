"""GET /dashboard."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.tests.factories import PatientFactory
from reports.dashboard import LIMIT, dashboard_get
from reports.tests.factories import report_of, resolve, session_with_report
from sessions_app.models import Status, TherapySession
from sessions_app.tests.factories import TherapySessionFactory

pytestmark = pytest.mark.django_db
URL = "/dashboard"


def read(api: Api, therapist: Therapist) -> dict[str, Any]:
    answer = api(therapist).get(URL)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(listing: dict[str, Any]) -> list[str]:
    return [item["id"] for item in listing["results"]]


def failed(therapist: Therapist, code: str = "model_timeout", **fields: Any) -> TherapySession:
    return TherapySessionFactory.create(
        therapist=therapist, status=Status.FAILED, failed_stage="transcription", error_code=code, **fields
    )


def test_the_queue_is_in_its_order(api: Api, therapist: Therapist) -> None:
    broken = failed(therapist, session_date=date(2026, 5, 1))
    review = session_with_report(therapist, session_date=date(2026, 4, 1))
    report_of(review).risk_flags.update(clinician_decision="confirmed")
    risk = session_with_report(therapist, title="Sleep", session_date=date(2026, 3, 1))
    signed = session_with_report(therapist)
    resolve(report_of(signed))
    assert api(therapist).patch(f"/sessions/{signed.pk}/report", {"status": "finalized"}).status_code == 200

    queue = read(api, therapist)["queue"]
    assert ids(queue) == [str(risk.pk), str(review.pk), str(broken.pk)]
    assert (queue["count"], queue["totals"]) == (3, {"risk_pending": 1, "review": 1, "failed": 1})
    first, second, third = queue["results"]
    assert [item["kind"] for item in queue["results"]] == ["risk_pending", "review", "failed"]
    assert first["open_points"] == {"risk_pending": 2, "unsupported_claims": 0, "unconfirmed_claims": 1}
    assert (first["patient"], first["patient_name"]) == (str(risk.patient_id), risk.patient.full_name)
    assert (first["session_date"], first["title"], first["report_status"]) == ("2026-03-01", "Sleep", "draft")
    assert second["open_points"]["risk_pending"] == 0
    assert third["error"]["code"] == "model_timeout"
    assert third["error"]["retryable"] is True
    assert third["report_status"] is None


def test_work_that_runs_is_not_in_the_queue(api: Api, therapist: Therapist) -> None:
    running = session_with_report(
        therapist, status=Status.REPORTING, progress=0.5, stage_started_at=timezone.now()
    )
    waiting = TherapySessionFactory.create(therapist=therapist, status=Status.UPLOADED)
    body = read(api, therapist)
    assert body["queue"]["count"] == 0
    assert ids(body["in_work"]) == [str(running.pk), str(waiting.pk)]
    progress = [item["progress"] for item in body["in_work"]["results"]]
    # Half is done: as long again as it took to come here.
    assert 0 <= progress[0].pop("eta_seconds") < 60
    assert progress[0] == {"stage": "report", "percent": 50}
    assert progress[1] == {"stage": "transcription", "percent": 0, "eta_seconds": None}


def test_a_failed_new_draft_stands_once(api: Api, therapist: Therapist) -> None:
    session = session_with_report(
        therapist, status=Status.FAILED, failed_stage="report", error_code="cancelled"
    )
    queue = read(api, therapist)["queue"]
    assert ids(queue) == [str(session.pk)]
    assert queue["results"][0]["kind"] == "risk_pending"
    assert queue["results"][0]["error"]["code"] == "cancelled"


@pytest.mark.parametrize(
    ("time_zone", "today"), [("Asia/Dubai", date(2026, 3, 3)), ("UTC", date(2026, 3, 2))]
)
def test_today_is_the_therapists_day(
    therapist: Therapist, monkeypatch: pytest.MonkeyPatch, time_zone: str, today: date
) -> None:
    Therapist.objects.filter(pk=therapist.pk).update(time_zone=time_zone)
    made = {
        day: TherapySessionFactory.create(therapist=therapist, session_date=day)
        for day in (date(2026, 3, 2), date(2026, 3, 3))
    }
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    therapist.refresh_from_db()
    found = dashboard_get(therapist=therapist)
    assert (found.date, [row.pk for row in found.today.results]) == (today, [made[today].pk])


def test_missing_consents_are_told(api: Api, therapist: Therapist) -> None:
    session = TherapySessionFactory.create(therapist=therapist, session_date=timezone.now().date())
    (item,) = read(api, therapist)["today"]["results"]
    assert item["missing_consents"] == []
    body = {"ai_processing": {"granted": False, "method": "verbal"}}
    assert api(therapist).put(f"/patients/{session.patient_id}/consents", body).status_code == 200
    (item,) = read(api, therapist)["today"]["results"]
    assert item["missing_consents"] == ["ai_processing"]


def test_only_own_and_not_of_deleted_patients(
    api: Api, therapist: Therapist, other_therapist: Therapist
) -> None:
    session_with_report(other_therapist)
    failed(other_therapist)
    TherapySessionFactory.create(therapist=other_therapist, status=Status.UPLOADED)
    failed(therapist, patient=PatientFactory.create(therapist=therapist, deleted=True))
    body = read(api, therapist)
    assert [body[name]["count"] for name in ("queue", "in_work", "today")] == [0, 0, 0]
    assert body["queue"]["results"] == []


def test_anonymous(anonymous: APIClient) -> None:
    assert anonymous.get(URL).status_code == 401


def test_lists_are_bounded_and_the_number_of_queries_does_not_grow(
    api: Api, therapist: Therapist, django_assert_num_queries: Any
) -> None:
    client = api(therapist)
    today = timezone.now().date()
    TherapySessionFactory.create(therapist=therapist, session_date=today)
    failed(therapist, session_date=today)
    # The therapist; the queue: drafts, failures, what is shown; two lists with their totals; consents.
    with django_assert_num_queries(9):
        client.get(URL)
    for _ in range(LIMIT + 2):
        failed(therapist, session_date=today)
    for _ in range(LIMIT + 3):
        TherapySessionFactory.create(therapist=therapist, status=Status.UPLOADED)
    for _ in range(3):
        session_with_report(therapist)
    with django_assert_num_queries(9):
        body = client.get(URL).json()
    assert body["queue"]["totals"] == {"risk_pending": 3, "review": 0, "failed": LIMIT + 3}
    assert len(body["queue"]["results"]) == LIMIT + 3
    assert (body["in_work"]["count"], len(body["in_work"]["results"])) == (LIMIT + 3, LIMIT)
    assert (body["today"]["count"], len(body["today"]["results"])) == (LIMIT + 4, LIMIT)


def test_the_list_of_sessions_says_the_same(api: Api, therapist: Therapist) -> None:
    drafted = session_with_report(therapist)
    bare = TherapySessionFactory.create(therapist=therapist)
    rows = {row["id"]: row for row in api(therapist).get("/sessions").json()["results"]}
    assert rows[str(drafted.pk)]["report_status"] == "draft"
    open_points = {"risk_pending": 2, "unsupported_claims": 0, "unconfirmed_claims": 1}
    assert rows[str(drafted.pk)]["open_points"] == open_points
    assert rows[str(bare.pk)]["report_status"] is None
    assert (rows[str(drafted.pk)]["has_transcript"], rows[str(bare.pk)]["has_transcript"]) == (True, False)
    assert set(rows[str(bare.pk)]["open_points"].values()) == {0}
    assert api(therapist).get(f"/sessions/{drafted.pk}").json()["open_points"] == open_points

"""GET /patients: last and next session, and what is open, from the floors above patients."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Therapist
from conftest import Api
from patients.models import Patient
from patients.tests.factories import PatientFactory
from reports.models import Report, RiskFlag
from reports.tests.factories import report_of, resolve, session_with_report
from sessions_app.models import Status, TherapySession
from sessions_app.tests.factories import TherapySessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(therapist: Therapist) -> Patient:
    return PatientFactory.create(therapist=therapist)


def today() -> date:
    return datetime.now(UTC).date()


def row(api: Api, therapist: Therapist, patient: Patient) -> dict[str, Any]:
    rows = api(therapist).get("/patients").json()["results"]
    return dict(next(item for item in rows if item["id"] == str(patient.pk)))


def held(patient: Patient, days: int, status: Status = Status.CREATED) -> TherapySession:
    return TherapySessionFactory.create(
        therapist=patient.therapist,
        patient=patient,
        session_date=today() + timedelta(days=days),
        status=status,
    )


def test_without_sessions(api: Api, therapist: Therapist, patient: Patient) -> None:
    found = row(api, therapist, patient)
    assert (found["last_session"], found["next_session"]) == (None, None)
    assert found["open_items"] == {"drafts": 0, "risks": 0}


def test_last_and_next(api: Api, therapist: Therapist, patient: Patient) -> None:
    for days in (-20, -3, 4, 11):
        held(patient, days)
    found = row(api, therapist, patient)
    assert found["last_session"] == (today() - timedelta(days=3)).isoformat()
    assert found["next_session"] == (today() + timedelta(days=4)).isoformat()


@pytest.mark.parametrize(
    ("status", "name"), [(Status.CREATED, "next_session"), (Status.UPLOADED, "last_session")]
)
def test_todays_session_is_next_until_there_is_something_of_it(
    api: Api, therapist: Therapist, patient: Patient, status: Status, name: str
) -> None:
    held(patient, 0, status)
    found = row(api, therapist, patient)
    dates = {key: found[key] for key in ("last_session", "next_session")}
    assert dates == {"last_session": None, "next_session": None, name: today().isoformat()}


def test_today_is_the_therapists_day(
    api: Api, therapist: Therapist, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    Therapist.objects.filter(pk=therapist.pk).update(time_zone="Asia/Dubai")
    TherapySessionFactory.create(therapist=therapist, patient=patient, session_date=date(2026, 3, 2))
    client = api(therapist)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    therapist.refresh_from_db()
    client.force_authenticate(therapist)
    found = client.get(f"/patients/{patient.pk}").json()
    assert (found["last_session"], found["next_session"]) == ("2026-03-02", None)


def test_open_items(api: Api, therapist: Therapist, patient: Patient) -> None:
    session_with_report(therapist, patient=patient)
    decided = session_with_report(therapist, patient=patient)
    report_of(decided).risk_flags.update(clinician_decision="confirmed")
    signed = session_with_report(therapist, patient=patient)
    resolve(report_of(signed))
    assert api(therapist).patch(f"/sessions/{signed.pk}/report", {"status": "finalized"}).status_code == 200
    session_with_report(therapist, patient=patient, status=Status.REPORTING)
    assert row(api, therapist, patient)["open_items"] == {"drafts": 2, "risks": 2}


def test_what_was_read_can_be_sent_back(api: Api, therapist: Therapist, patient: Patient) -> None:
    held(patient, 2)
    session_with_report(therapist, patient=patient)
    client = api(therapist)
    found = row(api, therapist, patient)
    answer = client.put(f"/patients/{patient.pk}", found)
    assert answer.status_code == 200, answer.json()
    assert {**answer.json(), "updated_at": ""} == {**found, "updated_at": ""}
    # What the sessions say may have moved on since it was read: it is passed over.
    moved = client.put(f"/patients/{patient.pk}", {**answer.json(), "next_session": "2030-01-01"})
    assert (moved.status_code, moved.json()["next_session"]) == (200, found["next_session"])


def test_as_many_queries_for_ten_thousand_patients_as_for_a_hundred(
    api: Api, therapist: Therapist, django_assert_num_queries: Any
) -> None:
    client = api(therapist)
    for wanted in (100, 10_000):
        have = Patient.objects.count()
        patients = Patient.objects.bulk_create(
            Patient(therapist=therapist, full_name=f"P {number:05}") for number in range(have, wanted)
        )
        sessions = TherapySession.objects.bulk_create(
            TherapySession(therapist=therapist, patient=patient, session_date=today()) for patient in patients
        )
        reports = Report.objects.bulk_create(Report(session=session) for session in sessions[:100])
        flag = {"category": "suicide", "polarity": "endorsed", "severity": "low", "subject": "client"}
        RiskFlag.objects.bulk_create(
            RiskFlag(report=report, timeframe="current", **flag) for report in reports
        )
        # The therapist, the count, the page, its sessions, its reports.
        with django_assert_num_queries(5):
            body = client.get("/patients?page_size=100").json()
        assert body["count"] == wanted
        assert [item["open_items"] for item in body["results"]] == [{"drafts": 1, "risks": 1}] * 100

"""GET /sessions/{id}/report."""

from __future__ import annotations

from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from ml.schemas.report import Notice, RiskCategory
from reports.models import Claim
from reports.services.drafts import draft_save
from reports.tests.factories import (
    make_draft,
    report_of,
    segments,
    session_with_report,
    session_with_transcript,
)
from sessions_app.models import TherapySession


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}/report"


def test_it_works(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    response = api(therapist).get(url(session))
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {
        "status", "note_format", "summary", "key_points", "treatment_plan", "risk_flags", "not_assessed",
        "risk_screened", "sections", "claims", "notices", "open_points", "provenance", "version",
        "versions", "finalized", "addenda", "created_at", "updated_at",
    }  # fmt: skip
    assert body["status"] == "draft"
    assert body["summary"] == "I wake up at four most nights. My mind races about work."
    assert [item["text"] for item in body["key_points"]] == [
        "Wakes up at four most nights.",
        "Work keeps the client awake.",
    ]
    assert set(body["treatment_plan"][0]) == {"id", "text"}
    claim = body["claims"][0]
    assert set(claim) == {
        "id", "section", "topic", "text", "state", "confirmed", "edited", "evidence",
        "lost_evidence",
    }  # fmt: skip
    assert claim["evidence"] == [
        {
            "segment": str(segments(session)[1].pk),
            "start_ms": 5000,
            "end_ms": 10000,
            "quote": "I wake up at four most nights",
        }
    ]
    assert body["provenance"]["engine"] == "extraction"
    assert body["notices"] == ["extraction_only"]
    assert body["finalized"] is None
    assert [(item["number"], item["kind"], item["author"]) for item in body["versions"]] == [
        (1, "drafted", "")
    ]
    assert response["ETag"].startswith('"')


def test_risk_flags(therapist: Therapist, api: Api) -> None:
    body = api(therapist).get(url(session_with_report(therapist))).json()
    wish, never = body["risk_flags"]
    assert (wish["polarity"], wish["level"], wish["clinician_decision"]) == ("endorsed", 1, "pending")
    assert wish["level_note"] == "from transcript; scale not administered"
    assert wish["safety_plan_suggested"] is False
    assert (never["polarity"], never["level"], never["safety_plan_suggested"]) == ("denied", 4, False)
    assert never["behaviour"] is None
    assert "suicide" not in body["not_assessed"]
    assert "harm_to_others" in body["not_assessed"]


def test_nothing_said_is_not_assessed_never_denied(therapist: Therapist, api: Api) -> None:
    session = session_with_transcript(therapist)
    draft_save(session, make_draft(session, risk_flags=[]))
    body = api(therapist).get(url(session)).json()
    assert body["risk_flags"] == []
    assert body["not_assessed"] == [category.value for category in RiskCategory]
    assert body["risk_screened"] is True


def test_language_that_is_not_screened_is_said(therapist: Therapist, api: Api) -> None:
    session = session_with_transcript(therapist)
    draft_save(session, make_draft(session, risk_flags=[], notices=[Notice.RISK_NOT_SCREENED]))
    body = api(therapist).get(url(session)).json()
    assert body["risk_screened"] is False
    assert body["notices"] == ["risk_not_screened"]


def test_a_dismissed_flag_leaves_its_category_not_assessed(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    report_of(session).risk_flags.update(clinician_decision="dismissed", rationale="A film they saw.")
    assert "suicide" in api(therapist).get(url(session)).json()["not_assessed"]


def test_level_3_of_the_client_suggests_a_safety_plan(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    report_of(session).risk_flags.filter(polarity="endorsed").update(level=3)
    assert api(therapist).get(url(session)).json()["risk_flags"][0]["safety_plan_suggested"] is True
    report_of(session).risk_flags.update(subject="other")
    assert api(therapist).get(url(session)).json()["risk_flags"][0]["safety_plan_suggested"] is False
    report_of(session).risk_flags.update(subject="client", level=1, behaviour="aborted", timeframe="unclear")
    assert api(therapist).get(url(session)).json()["risk_flags"][0]["safety_plan_suggested"] is True


def test_sections_follow_the_note_format(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    standard = api(therapist).get(url(session)).json()
    assert list(standard["sections"]) == ["summary", "key_points", "treatment_plan"]
    report = report_of(session)
    report.note_format = "soap"
    report.save()
    soap = api(therapist).get(url(session)).json()
    assert list(soap["sections"]) == ["subjective", "objective", "assessment", "plan"]
    assert [item["text"] for item in soap["sections"]["plan"]] == ["Keep the thought record each evening."]
    assert soap["sections"]["assessment"] == []
    assert soap["summary"] == standard["summary"]


def test_open_points_in_the_order_of_the_page(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    Claim.objects.filter(report__session=session, section="treatment_plan").update(state="unsupported")
    points = api(therapist).get(url(session)).json()["open_points"]
    assert [point["kind"] for point in points] == [
        "risk_pending",
        "risk_pending",
        "unconfirmed_claim",
        "unsupported_claim",
    ]
    assert points[0]["category"] == "suicide"
    assert "section" not in points[0]
    assert points[3]["section"] == "treatment_plan"


def test_no_report_yet(therapist: Therapist, api: Api) -> None:
    response = api(therapist).get(url(session_with_transcript(therapist)))
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_queries_do_not_grow_with_the_report(
    therapist: Therapist, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = session_with_report(therapist)
    client = api(therapist)
    client.get(url(session))
    report = report_of(session)
    Claim.objects.bulk_create(
        Claim(report=report, section="key_points", topic="concern", text="x", state="clinician_added")
        for _ in range(50)
    )
    with django_assert_num_queries(6):
        client.get(url(session))


def test_stranger(therapist: Therapist, other_therapist: Therapist, api: Api) -> None:
    assert api(other_therapist).get(url(session_with_report(therapist))).status_code == 404


def test_patient_waiting_to_be_erased(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    session.patient.deleted_at = timezone.now()
    session.patient.save()
    assert api(therapist).get(url(session)).status_code == 404


def test_anonymous(therapist: Therapist, anonymous: APIClient) -> None:
    assert anonymous.get(url(session_with_report(therapist))).status_code == 401

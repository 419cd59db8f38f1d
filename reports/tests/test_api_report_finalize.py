"""PATCH /sessions/{id}/report {status: finalized}: what stops signing, and what signing fixes."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.models import Claim
from reports.tests.factories import report_of, resolve, segments, session_with_report
from sessions_app.models import TherapySession

SIGN = {"status": "finalized"}


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    therapist.credentials, therapist.license_number = "LCSW", "L-77"
    therapist.save()
    return session_with_report(therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def patch(client: APIClient, session: TherapySession, body: Any, status: int = 200) -> dict[str, Any]:
    response = client.patch(f"/sessions/{session.pk}/report", body, format="json")
    assert response.status_code == status, response.json()
    return dict(response.json())


def test_it_works(client: APIClient, session: TherapySession, therapist: Therapist) -> None:
    resolve(report_of(session))
    body = patch(client, session, SIGN)
    assert body["status"] == "finalized"
    signature = body["finalized"]
    assert (signature["name"], signature["credentials"], signature["license_number"]) == (
        "Dr. Ada Rahman",
        "LCSW",
        "L-77",
    )
    # The one inferred sentence was confirmed: 5 of 29 words.
    assert signature["human_share"] == pytest.approx(5 / 29, abs=1e-4)
    assert signature["at"].endswith("Z")
    assert body["versions"][-1]["kind"] == "finalized"
    assert body["open_points"] == []
    therapist.full_name = "Changed later"
    therapist.save()
    assert client.get(f"/sessions/{session.pk}/report").json()["finalized"]["name"] == "Dr. Ada Rahman"


def test_a_pending_risk_stops_it(client: APIClient, session: TherapySession) -> None:
    report_of(session).claims.filter(state="inferred").update(confirmed=True)
    problem = patch(client, session, SIGN, 422)
    assert problem["code"] == "risk_pending"
    keys = [str(flag.pk) for flag in report_of(session).risk_flags.all()]
    assert problem["errors"] == {"risk_flags": keys}
    assert [point["id"] for point in problem["open_points"]] == keys


def test_an_unconfirmed_inference_stops_it(client: APIClient, session: TherapySession) -> None:
    report = report_of(session)
    resolve(report)
    report.claims.filter(state="inferred").update(confirmed=False)
    problem = patch(client, session, SIGN, 422)
    assert problem["code"] == "unsupported_claims"
    assert problem["errors"] == {"claims": [str(report.claims.get(state="inferred").pk)]}


def test_an_unsupported_claim_comes_before_a_pending_risk(client: APIClient, session: TherapySession) -> None:
    Claim.objects.filter(report__session=session, section="summary").update(state="unsupported")
    problem = patch(client, session, SIGN, 422)
    assert problem["code"] == "unsupported_claims"
    assert len(problem["errors"]["claims"]) == 3
    assert len(problem["errors"]["risk_flags"]) == 2


def test_no_words_of_the_patient_in_the_refusal(client: APIClient, session: TherapySession) -> None:
    text = str(patch(client, session, SIGN, 422))
    assert "wake" not in text


def test_edits_and_signature_in_one_call(client: APIClient, session: TherapySession) -> None:
    report = report_of(session)
    inferred = report.claims.get(state="inferred")
    flags = [{"id": str(flag.pk), "clinician_decision": "confirmed"} for flag in report.risk_flags.all()]
    body = patch(
        client,
        session,
        {**SIGN, "claims": [{"id": str(inferred.pk), "confirmed": True}], "risk_flags": flags},
    )
    assert (body["status"], body["version"]) == ("finalized", 2)


def test_a_refused_signature_keeps_none_of_its_edits(client: APIClient, session: TherapySession) -> None:
    patch(client, session, {**SIGN, "treatment_plan": []}, 422)
    assert report_of(session).version == 1
    assert report_of(session).claims.filter(removed=False).count() == 5


def test_human_share_is_kept(client: APIClient, session: TherapySession) -> None:
    resolve(report_of(session))
    body = patch(client, session, {**SIGN, "treatment_plan": [{"text": "Keep the record each evening."}]})
    assert 0.1 < body["finalized"]["human_share"] < 0.5


def test_signed_means_fixed(client: APIClient, session: TherapySession) -> None:
    resolve(report_of(session))
    before = patch(client, session, SIGN)
    changes: tuple[Any, ...] = (
        {"summary": "x"},
        {"status": "draft"},
        {"risk_flags": []},
        SIGN,
        {"colour": 1},
    )
    for body in changes:
        assert patch(client, session, body, 409)["code"] == "report_finalized"
    assert client.post(f"/sessions/{session.pk}/report").status_code == 409
    assert client.get(f"/sessions/{session.pk}/report").json() == before


def test_what_a_signed_report_rests_on_is_fixed_too(client: APIClient, session: TherapySession) -> None:
    resolve(report_of(session))
    patch(client, session, SIGN)
    correction = {"segments": [{"id": str(segments(session)[0].pk), "text": "Changed."}]}
    for response in (
        client.patch(f"/sessions/{session.pk}/transcript", correction, format="json"),
        client.patch(f"/sessions/{session.pk}", {"title": "x"}, format="json"),
        client.delete(f"/sessions/{session.pk}"),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "report_finalized")

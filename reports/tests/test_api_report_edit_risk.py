"""PATCH /sessions/{id}/report: decisions on risk flags, and flags of the clinician's own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.models import RiskFlag
from reports.tests.factories import report_of, segments, session_with_report
from sessions_app.models import TherapySession


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return session_with_report(therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def patch(client: APIClient, session: TherapySession, *items: Any, status: int = 200) -> dict[str, Any]:
    response = client.patch(f"/sessions/{session.pk}/report", {"risk_flags": list(items)}, format="json")
    assert response.status_code == status, response.json()
    return dict(response.json())


def endorsed(session: TherapySession) -> RiskFlag:
    return report_of(session).risk_flags.get(polarity="endorsed")


def test_it_works(client: APIClient, session: TherapySession, therapist: Therapist) -> None:
    flag = endorsed(session)
    body = patch(client, session, {"id": str(flag.pk), "clinician_decision": "confirmed"})
    assert [item["clinician_decision"] for item in body["risk_flags"]] == ["confirmed", "pending"]
    flag.refresh_from_db()
    assert flag.decided_by == therapist
    assert flag.decided_at is not None
    assert len(body["open_points"]) == 2


def test_a_dismissal_needs_a_reason(client: APIClient, session: TherapySession) -> None:
    flag = {"id": str(endorsed(session).pk), "clinician_decision": "dismissed"}
    for rationale in ({}, {"rationale": ""}, {"rationale": "   "}):
        body = patch(client, session, {**flag, **rationale}, status=400)
        assert body["errors"]["risk_flags"]["0"]["rationale"]
    body = patch(client, session, {**flag, "rationale": "A figure of speech."})
    assert body["risk_flags"][0]["rationale"] == "A figure of speech."


def test_a_reason_of_a_dismissed_flag_cannot_be_emptied(client: APIClient, session: TherapySession) -> None:
    key = str(endorsed(session).pk)
    patch(client, session, {"id": key, "clinician_decision": "dismissed", "rationale": "Idiom."})
    assert patch(client, session, {"id": key, "rationale": ""}, status=400)["code"] == "validation_error"


def test_back_to_pending(client: APIClient, session: TherapySession) -> None:
    key = str(endorsed(session).pk)
    patch(client, session, {"id": key, "clinician_decision": "confirmed"})
    body = patch(client, session, {"id": key, "clinician_decision": "pending"})
    assert body["risk_flags"][0]["decided_at"] is None
    flag = endorsed(session)
    assert (flag.clinician_decision, flag.decided_by) == ("pending", None)


def test_the_other_flags_stay(client: APIClient, session: TherapySession) -> None:
    change = {"id": str(endorsed(session).pk), "severity": "high"}
    assert len(patch(client, session, change)["risk_flags"]) == 2
    assert len(patch(client, session)["risk_flags"]) == 2


def test_corrections(client: APIClient, session: TherapySession) -> None:
    changes = {
        "severity": "high",
        "subject": "other",
        "timeframe": "past",
        "level": None,
        "behaviour": "aborted",
    }
    body = patch(client, session, {"id": str(endorsed(session).pk), **changes})
    flag = body["risk_flags"][0]
    assert {name: flag[name] for name in changes} == changes
    assert flag["level_note"] is None
    assert flag["clinician_decision"] == "pending"


def test_a_flag_of_ones_own(client: APIClient, session: TherapySession) -> None:
    words = {"segment": str(segments(session)[1].pk), "quote": "my mind races"}
    new = {"category": "psychosis", "polarity": "endorsed", "evidence": [words], "rationale": "Pressured."}
    flag = patch(client, session, new)["risk_flags"][-1]
    assert (flag["category"], flag["sources"], flag["clinician_decision"]) == (
        "psychosis",
        ["clinician"],
        "confirmed",
    )
    assert flag["evidence"] == [{**words, "start_ms": 9000, "end_ms": 10500, "second_reading": None}]
    assert flag["decided_at"] is not None


def test_a_denial_needs_the_denying_words(client: APIClient, session: TherapySession) -> None:
    body = patch(client, session, {"category": "harm_to_others", "polarity": "denied"}, status=400)
    assert body["errors"]["risk_flags"]["0"]["evidence"]


def test_words_that_are_not_in_the_segment(client: APIClient, session: TherapySession) -> None:
    words = {"segment": str(segments(session)[0].pk), "quote": "I would never act on it"}
    patch(client, session, {"id": str(endorsed(session).pk), "evidence": [words]}, status=400)
    assert endorsed(session).evidence[0]["quote"].startswith("Sometimes")


@pytest.mark.parametrize(
    "item",
    [
        {"id": str(uuid4()), "rationale": "x"},
        {"polarity": "endorsed"},
        {"category": "suicide", "polarity": "maybe"},
        {"category": "suicide", "polarity": "endorsed", "level": 6},
        {"category": "suicide", "polarity": "endorsed", "confidence": 1},
    ],
)
def test_not_valid(client: APIClient, session: TherapySession, item: dict[str, Any]) -> None:
    assert "risk_flags" in patch(client, session, item, status=400)["errors"]
    assert report_of(session).version == 1


def test_category_and_polarity_do_not_change(client: APIClient, session: TherapySession) -> None:
    key = str(endorsed(session).pk)
    patch(client, session, {"id": key, "polarity": "denied"}, status=400)
    # Sent back as they are, they are no change.
    same = {"category": "suicide", "polarity": "endorsed", "confidence": 1.0}
    patch(client, session, {"id": key, **same, "clinician_decision": "confirmed"})


def test_confirming_without_words_says_what_it_rests_on(client: APIClient, session: TherapySession) -> None:
    report_of(session).risk_flags.update(evidence_missing=True)
    flag = {"id": str(endorsed(session).pk), "clinician_decision": "confirmed"}
    assert "rationale" in patch(client, session, flag, status=400)["errors"]["risk_flags"]["0"]
    patch(client, session, {**flag, "rationale": "Said so on the telephone as well."})
    denied = report_of(session).risk_flags.get(polarity="denied")
    flag = {"id": str(denied.pk), "clinician_decision": "confirmed", "rationale": "x"}
    assert "evidence" in patch(client, session, flag, status=400)["errors"]["risk_flags"]["0"]
    words = {"segment": str(segments(session)[3].pk), "quote": "I would never act on it"}
    body = patch(client, session, {**flag, "evidence": [words]})
    assert body["risk_flags"][1]["evidence_missing"] is False

"""The sample session from its words to a signed report, with the real extraction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports import drafting
from reports.tasks import generate_report
from reports.tests.factories import segments, session_with_transcript
from sessions_app.models import Status, TherapySession

SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "session_short.json"


@pytest.fixture
def _rules_alone(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.MODELS_DIR = tmp_path
    settings.REPORT_BACKEND = "extraction"
    monkeypatch.setattr(drafting, "_drafter", None)
    yield


@pytest.fixture
def session(therapist: Therapist, _rules_alone: None) -> TherapySession:
    speakers = {"therapist": "S1", "client": "S2"}
    turns = json.loads(SAMPLE.read_text())["turns"]
    session = session_with_transcript(
        therapist, [(speakers[turn["speaker"]], turn["text"]) for turn in turns], status=Status.TRANSCRIBED
    )
    generate_report.apply(args=(str(session.pk),))
    return session


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


@pytest.mark.django_db(transaction=True)
def test_risk_flags_and_plan(session: TherapySession, client: APIClient) -> None:
    body = client.get(f"/sessions/{session.pk}/report").json()
    said = [
        (flag["polarity"], " ".join(item["quote"] for item in flag["evidence"]))
        for flag in body["risk_flags"]
    ]
    assert any(polarity == "endorsed" and "wake up" in quote for polarity, quote in said)
    assert any(polarity == "denied" and "plan" in quote for polarity, quote in said)
    assert any(polarity == "denied" and "never do that" in quote for polarity, quote in said)
    plan = " ".join(item["text"] for item in body["treatment_plan"])
    for agreed in ("safety plan", "thought record", "coffee"):
        assert agreed in plan
    assert body["notices"] == ["extraction_only", "risk_rules_only"]


@pytest.mark.django_db(transaction=True)
def test_every_quote_is_verbatim(session: TherapySession, client: APIClient) -> None:
    body = client.get(f"/sessions/{session.pk}/report").json()
    texts = {str(row.pk): row.text for row in segments(session)}
    evidence = [item for part in ("claims", "risk_flags") for row in body[part] for item in row["evidence"]]
    assert evidence
    assert all(item["quote"] in texts[item["segment"]] for item in evidence)
    assert all(claim["evidence"] for claim in body["claims"])


@pytest.mark.django_db(transaction=True)
def test_from_draft_to_signature(session: TherapySession, client: APIClient) -> None:
    url = f"/sessions/{session.pk}/report"
    response = client.get(url)
    body = response.json()
    decisions = [{"id": flag["id"], "clinician_decision": "confirmed"} for flag in body["risk_flags"]]
    changes = {
        "summary": f"{body['summary']} Seen by video.",
        "treatment_plan": [*body["treatment_plan"], {"text": "Next session in one week."}],
        "risk_flags": decisions,
    }
    response = client.patch(url, changes, format="json", headers={"If-Match": response["ETag"]})
    assert response.status_code == 200, response.json()
    edited = response.json()
    assert [claim["state"] for claim in edited["claims"]].count("clinician_added") == 2
    assert edited["summary"] == changes["summary"]
    confirmed = [
        {"id": point["id"], "confirmed": True}
        for point in edited["open_points"]
        if point["kind"] == "unconfirmed_claim"
    ]
    response = client.patch(url, {"claims": confirmed, "status": "finalized"}, format="json")
    assert response.status_code == 200, response.json()
    assert response.json()["status"] == "finalized"
    assert 0 < response.json()["finalized"]["human_share"] < 0.5

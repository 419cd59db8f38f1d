"""GET /sessions/{id}/report/versions and POST /sessions/{id}/report/addenda."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.services.drafts import draft_save
from reports.tests.factories import (
    make_draft,
    report_of,
    resolve,
    session_with_report,
    session_with_transcript,
)
from sessions_app.models import TherapySession

ADDENDUM = {"reason": "Telephone call", "text": "The client called at noon."}


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return session_with_report(therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def sign(client: APIClient, session: TherapySession) -> None:
    resolve(report_of(session))
    response = client.patch(f"/sessions/{session.pk}/report", {"status": "finalized"}, format="json")
    assert response.status_code == 200


def test_every_version_says_who_when_what(client: APIClient, session: TherapySession) -> None:
    plan = [{"text": "Rest."}]
    client.patch(f"/sessions/{session.pk}/report", {"treatment_plan": plan}, format="json")
    draft_save(session, make_draft(session))
    body = client.get(f"/sessions/{session.pk}/report/versions").json()
    assert body["count"] == 3
    third, second, first = body["results"]
    assert (first["number"], first["kind"], first["author"], first["human_share"]) == (1, "drafted", "", 0.0)
    assert first["engine"] == "extraction"
    assert len(first["content"]["claims"]) == 5
    assert (second["kind"], second["author"]) == ("edited", "Dr. Ada Rahman")
    assert sorted(change["change"] for change in second["changes"]) == ["added", "removed"]
    removed = next(change for change in second["changes"] if change["change"] == "removed")
    assert removed["before"]["text"] == "Keep the thought record each evening."
    assert second["human_share"] > 0
    assert third["kind"] == "drafted"
    # What the clinician wrote outlives the new draft.
    assert "Rest." in [item["text"] for item in third["content"]["claims"]]


def test_versions_come_in_pages(client: APIClient, session: TherapySession) -> None:
    draft_save(session, make_draft(session))
    body = client.get(f"/sessions/{session.pk}/report/versions?page_size=1").json()
    assert [item["number"] for item in body["results"]] == [2]
    assert body["next"]


def test_versions_without_report(client: APIClient, therapist: Therapist) -> None:
    session = session_with_transcript(therapist)
    assert client.get(f"/sessions/{session.pk}/report/versions").status_code == 404


def test_addendum(client: APIClient, session: TherapySession) -> None:
    sign(client, session)
    etag = client.get(f"/sessions/{session.pk}/report")["ETag"]
    response = client.post(f"/sessions/{session.pk}/report/addenda", ADDENDUM, format="json")
    assert response.status_code == 201
    assert response.json()["author"] == "Dr. Ada Rahman"
    report = client.get(f"/sessions/{session.pk}/report")
    assert report.json()["addenda"] == [response.json()]
    assert report["ETag"] != etag


def test_addendum_is_made_once_by_its_key(client: APIClient, session: TherapySession) -> None:
    sign(client, session)
    for _ in range(2):
        client.post(
            f"/sessions/{session.pk}/report/addenda", ADDENDUM, format="json", HTTP_IDEMPOTENCY_KEY="k"
        )
    assert report_of(session).addenda.count() == 1


def test_addendum_to_a_draft(client: APIClient, session: TherapySession) -> None:
    response = client.post(f"/sessions/{session.pk}/report/addenda", ADDENDUM, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "validation_error")


@pytest.mark.parametrize(
    "body", [{}, {"reason": "r"}, {**ADDENDUM, "author": "me"}, {**ADDENDUM, "text": " "}]
)
def test_addendum_not_valid(client: APIClient, session: TherapySession, body: dict[str, str]) -> None:
    sign(client, session)
    response = client.post(f"/sessions/{session.pk}/report/addenda", body, format="json")
    assert response.status_code == 400
    assert report_of(session).addenda.count() == 0


def test_stranger(session: TherapySession, client: APIClient, other_therapist: Therapist, api: Api) -> None:
    sign(client, session)
    stranger = api(other_therapist)
    assert stranger.get(f"/sessions/{session.pk}/report/versions").status_code == 404
    assert stranger.post(f"/sessions/{session.pk}/report/addenda", ADDENDUM, format="json").status_code == 404
    assert report_of(session).addenda.count() == 0


def test_anonymous(session: TherapySession, anonymous: APIClient) -> None:
    assert anonymous.get(f"/sessions/{session.pk}/report/versions").status_code == 401
    assert anonymous.post(f"/sessions/{session.pk}/report/addenda", ADDENDUM).status_code == 401

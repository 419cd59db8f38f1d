"""GET, PUT /patients/{id}/consents."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.models import Consent, Patient
from patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
SCOPES = ["record", "ai_processing", "retain_audio", "retain_transcript", "training_use"]


@pytest.fixture
def patient(therapist: Therapist) -> Patient:
    return PatientFactory.create(therapist=therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def url(patient: Patient) -> str:
    return f"/patients/{patient.pk}/consents"


def granted(body: dict[str, Any]) -> list[str]:
    return [scope for scope, answer in body.items() if answer["granted"]]


def test_a_new_patient_starts_with_what_the_deployment_decided(client: APIClient, settings: Settings) -> None:
    settings.CONSENT_DEFAULTS = ["record"]
    made = client.post("/patients", {"full_name": "A"}).json()
    settings.CONSENT_DEFAULTS = SCOPES
    body = client.get(f"/patients/{made['id']}/consents").json()
    assert list(body) == SCOPES
    assert granted(body) == ["record"]
    assert (body["record"]["method"], body["record"]["recorded_by"]) == ("default", "")
    assert body["record"]["recorded_at"] is not None


def test_it_works(client: APIClient, patient: Patient) -> None:
    before = client.get(url(patient)).json()
    assert granted(before) == ["record", "ai_processing"]
    answer = client.put(url(patient), {"training_use": {"granted": True, "method": "written"}})
    assert answer.status_code == 200
    body = answer.json()
    assert granted(body) == ["record", "ai_processing", "training_use"]
    assert body["training_use"]["recorded_by"] == "Dr. Ada Rahman"
    assert body["record"] == before["record"]
    # What was read can be sent back, with one change.
    again = {**body, "record": {**body["record"], "granted": False, "method": "verbal"}}
    again["record"].pop("recorded_at")
    assert granted(client.put(url(patient), again).json()) == ["ai_processing", "training_use"]
    assert client.put(url(patient), client.get(url(patient)).json()).status_code == 200
    # A withdrawal leaves the answer it supersedes in place.
    client.put(url(patient), {"training_use": {"granted": False, "method": "verbal"}})
    answers = Consent.objects.filter(patient=patient, scope="training_use")
    assert list(answers.values_list("granted", "current")) == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sleep": {"granted": True, "method": "verbal"}}, "sleep"),
        ({"record": {"granted": True}}, "record"),
        ({"record": {"granted": True, "method": "telepathy"}}, "record"),
        ({"training_use": {"granted": True, "method": "default"}}, "training_use"),
        ({"record": {"granted": False, "method": "verbal", "recorded_by": "Somebody"}}, "record"),
        ({"record": None}, "record"),
    ],
)
def test_not_valid(client: APIClient, patient: Patient, body: dict[str, Any], field: str) -> None:
    answer = client.put(url(patient), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Consent.objects.count() == 0


def test_stranger(patient: Patient, other_therapist: Therapist, api: Api) -> None:
    stranger = api(other_therapist)
    assert stranger.get(url(patient)).status_code == 404
    assert stranger.put(url(patient), {"record": {"granted": True, "method": "verbal"}}).status_code == 404
    assert Consent.objects.count() == 0


def test_anonymous(anonymous: APIClient, patient: Patient) -> None:
    assert anonymous.get(url(patient)).status_code == 401
    assert anonymous.put(url(patient), {}).status_code == 401

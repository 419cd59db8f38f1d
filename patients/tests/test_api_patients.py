"""POST /patients; GET, PUT, PATCH /patients/{id}."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.models import Patient
from patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
NOBODY = "3f0a1c52-7d54-4b7e-9a30-0d6a52c1efff"
FULL = {
    "full_name": "Noura Test",
    "date_of_birth": "1990-02-28",
    "gender": "female",
    "email": "noura@example.org",
    "phone": "+971 (4) 555-0100 ext. 12",
    "external_id": "MRN-1",
    "pronouns": "she/her",
    "notes": "Prefers mornings.",
}


def test_it_works(therapist: Therapist, api: Api) -> None:
    answer = api(therapist).post("/patients", FULL)
    assert answer.status_code == 201
    body = answer.json()
    assert FULL.items() <= body.items()
    read = {"last_session", "next_session", "open_items", "erased_from"}
    assert set(body) == {*FULL, *read, "id", "created_at", "updated_at"}
    assert Patient.objects.get(pk=body["id"]).therapist == therapist
    assert api(therapist).get(f"/patients/{body['id']}").json() == body


def test_a_name_is_enough(therapist: Therapist, api: Api) -> None:
    body = api(therapist).post("/patients", {"full_name": "A"}).json()
    assert (body["date_of_birth"], body["email"], body["notes"]) == (None, "", "")


def test_once_with_a_key(therapist: Therapist, api: Api) -> None:
    for _ in range(2):
        answer = api(therapist).post("/patients", FULL, HTTP_IDEMPOTENCY_KEY="k1")
        assert answer.status_code == 201
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/patients"),
        ("post", "/patients"),
        ("get", f"/patients/{NOBODY}"),
        ("put", f"/patients/{NOBODY}"),
        ("patch", f"/patients/{NOBODY}"),
        ("delete", f"/patients/{NOBODY}"),
        ("post", f"/patients/{NOBODY}/restore"),
    ],
)
def test_anonymous(anonymous: APIClient, method: str, address: str) -> None:
    assert getattr(anonymous, method)(address).status_code == 401


@pytest.mark.parametrize(
    ("method", "suffix"), [("get", ""), ("put", ""), ("patch", ""), ("delete", ""), ("post", "/restore")]
)
def test_a_stranger(other_therapist: Therapist, api: Api, method: str, suffix: str) -> None:
    patient = PatientFactory.create(full_name="Hidden")
    client = api(other_therapist)
    strange = getattr(client, method)(f"/patients/{patient.pk}{suffix}", {"full_name": "Taken"})
    nobody = getattr(client, method)(f"/patients/{NOBODY}{suffix}", {"full_name": "Taken"})
    assert strange.status_code == 404
    assert strange.json() == nobody.json()
    patient.refresh_from_db()
    assert (patient.full_name, patient.deleted_at) == ("Hidden", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "   "),
        ("full_name", "x" * 201),
        ("full_name", "a\0b"),
        ("full_name", None),
        ("full_name", {"a": 1}),
        ("date_of_birth", "28.02.1990"),
        ("date_of_birth", "1990-02-30"),
        ("date_of_birth", "1400-01-01"),
        ("date_of_birth", "2999-01-01"),
        ("email", "nobody"),
        ("phone", "call me"),
        ("phone", "1" * 51),
        ("external_id", "x" * 101),
        ("notes", "x" * 20_001),
        ("therapist", NOBODY),
        ("deleted_at", None),
        ("id", NOBODY),
        ("favourite_colour", "red"),
    ],
)
def test_what_is_not_valid(therapist: Therapist, api: Api, field: str, value: Any) -> None:
    answer = api(therapist).post("/patients", {"full_name": "A", field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert Patient.objects.count() == 0


def test_an_external_id_is_one_patients(therapist: Therapist, other_therapist: Therapist, api: Api) -> None:
    api(therapist).post("/patients", FULL)
    (error,) = api(therapist).post("/patients", FULL).json()["errors"]["external_id"]
    assert error == {"code": "unique", "message": "Another patient has this external id."}
    # Another therapist's patients and empty ids do not count.
    assert api(other_therapist).post("/patients", FULL).status_code == 201
    for _ in range(2):
        assert api(therapist).post("/patients", {"full_name": "A"}).status_code == 201


def test_a_race_for_an_external_id(therapist: Therapist, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    PatientFactory.create(therapist=therapist, external_id="MRN-1")
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    assert list(api(therapist).post("/patients", FULL).json()["errors"]) == ["external_id"]


def test_put_with_unchanged_unique_values(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    body = client.post("/patients", FULL).json()
    address = f"/patients/{body['id']}"
    assert client.put(address, FULL).status_code == 200
    # What GET answered may come back whole.
    answer = client.put(address, {**client.get(address).json(), "notes": "New."})
    assert (answer.status_code, answer.json()["notes"]) == (200, "New.")
    other = PatientFactory.create(therapist=therapist, external_id="MRN-2")
    assert client.put(f"/patients/{other.pk}", FULL).json()["code"] == "validation_error"
    assert list(client.put(address, {"notes": "x"}).json()["errors"]) == ["full_name"]


def test_patch_changes_what_is_sent(therapist: Therapist, api: Api) -> None:
    patient = PatientFactory.create(therapist=therapist, full_name="A", notes="n")
    before = patient.updated_at
    answer = api(therapist).patch(f"/patients/{patient.pk}", {"gender": "x", "date_of_birth": None})
    assert answer.status_code == 200
    patient.refresh_from_db()
    assert (patient.full_name, patient.notes, patient.gender) == ("A", "n", "x")
    assert patient.updated_at > before
    assert api(therapist).patch(f"/patients/{patient.pk}", {"colour": "x"}).status_code == 400


def test_a_body_read_before_a_session_was_planned_can_still_be_sent_back(
    therapist: Therapist, api: Api
) -> None:
    patient = PatientFactory.create(therapist=therapist)
    client = api(therapist)
    read = client.get(f"/patients/{patient.pk}").json()
    client.post("/sessions", {"patient": str(patient.pk), "session_date": "2031-01-01"})

    answer = client.put(f"/patients/{patient.pk}", {**read, "notes": "New."})

    assert answer.status_code == 200
    assert (answer.json()["notes"], answer.json()["next_session"]) == ("New.", "2031-01-01")

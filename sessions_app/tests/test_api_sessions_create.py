"""POST /sessions."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.models import Patient
from patients.tests.factories import PatientFactory
from sessions_app.models import Status, TherapySession

pytestmark = pytest.mark.django_db
URL = "/sessions"


@pytest.fixture
def patient(therapist: Therapist) -> Patient:
    return PatientFactory.create(therapist=therapist)


def body(patient: Patient, **more: object) -> dict[str, object]:
    return {"patient": str(patient.pk), "session_date": "2026-03-02", **more}


def test_it_works(api: Api, therapist: Therapist, patient: Patient) -> None:
    answer = api(therapist).post(
        URL,
        body(
            patient, title="Third", language="en", note_format="soap", modality="video", place="Clinic",
            participants="Partner", diagnosis="F41.1", speakers_expected=3,
            started_at="2026-03-02T09:00:00Z", ended_at="2026-03-02T09:50:00Z",
        ),
    )  # fmt: skip
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"/sessions/{made['id']}"
    assert made["patient"] == str(patient.pk)
    assert made["patient_name"] == patient.full_name
    assert made["status"] == "created"
    assert made["error"] is None and made["progress"] is None and made["recording"] is None
    assert made["counts"] == {"segments": 0, "corrections": 0}
    assert made["started_at"] == "2026-03-02T09:00:00.000000Z"
    assert TherapySession.objects.get().therapist == therapist
    # Answered without reading it back, and yet what reading it back says.
    assert api(therapist).get(f"/sessions/{made['id']}").json() == made


def test_anonymous(anonymous: APIClient) -> None:
    answer = anonymous.post(URL, {})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_somebody_elses_patient_looks_like_none(
    api: Api, therapist: Therapist, other_therapist: Therapist
) -> None:
    theirs = PatientFactory.create(therapist=other_therapist)
    gone = PatientFactory.create(therapist=therapist, deleted=True)
    details = []
    for patient in (theirs, gone):
        answer = api(therapist).post(URL, body(patient))
        assert answer.status_code == 400
        details.append(str(answer.json()["errors"]).replace(str(patient.pk), "ID"))
    unknown = body(theirs)
    unknown["patient"] = "7e6bca63-a19b-4b45-9a52-0d1a1f6b0000"
    answer = api(therapist).post(URL, unknown)
    details.append(str(answer.json()["errors"]).replace("7e6bca63-a19b-4b45-9a52-0d1a1f6b0000", "ID"))
    assert len(set(details)) == 1
    assert TherapySession.objects.count() == 0


def test_the_note_format_is_the_therapists(api: Api, therapist: Therapist, patient: Patient) -> None:
    therapist.note_format = "dap"
    therapist.save()
    assert api(therapist).post(URL, body(patient)).json()["note_format"] == "dap"


def test_auto_means_no_language(api: Api, therapist: Therapist, patient: Patient) -> None:
    assert api(therapist).post(URL, body(patient, language="auto")).json()["language"] == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("session_date", "yesterday"),
        ("session_date", None),
        ("status", "report_ready"),
        ("error_code", "x"),
        ("wrong", 1),
        ("note_format", "poem"),
        ("modality", "telepathy"),
        ("language", "english please"),
        ("speakers_expected", 0),
        ("speakers_expected", 7),
        ("title", "x" * 201),
        ("ended_at", "2026-03-02T08:00:00Z"),
        ("patient", "not-a-uuid"),
    ],
)
def test_bad_input_names_the_field(
    api: Api, therapist: Therapist, patient: Patient, field: str, value: object
) -> None:
    sent = body(patient, started_at="2026-03-02T09:00:00Z")
    sent[field] = value
    answer = api(therapist).post(URL, sent)
    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"
    assert field in answer.json()["errors"]
    assert TherapySession.objects.count() == 0


def test_characters_no_database_keeps(api: Api, therapist: Therapist, patient: Patient) -> None:
    for title in ("a\0b", "half a pair \ud800"):
        raw = json.dumps(body(patient, title=title))
        answer = api(therapist).generic("POST", URL, raw, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_a_repeated_key_creates_once(api: Api, therapist: Therapist, patient: Patient) -> None:
    client = api(therapist)
    first = client.post(URL, body(patient), headers={"Idempotency-Key": "k1"})
    second = client.post(URL, body(patient), headers={"Idempotency-Key": "k1"})
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert TherapySession.objects.get().status == Status.CREATED

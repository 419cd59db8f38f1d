"""DELETE /patients/{id}, POST /patients/{id}/restore, and what follows after seven days."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Therapist
from conftest import Api
from patients.models import Patient
from patients.services import patients_purge
from patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
called: list[uuid.UUID] = []


def remember(patient_id: uuid.UUID) -> None:
    """An erasure hook; the patient's row must still be there."""
    assert Patient.objects.filter(pk=patient_id).exists()
    called.append(patient_id)


def fail(patient_id: uuid.UUID) -> None:
    """An erasure hook of a storage that is away."""
    raise OSError("secret-words")


@pytest.fixture
def patient(therapist: Therapist) -> Patient:
    called.clear()
    return PatientFactory.create(therapist=therapist, full_name="A", external_id="MRN-1")


def expire(patient: Patient, days: float = 7.01) -> None:
    Patient.objects.filter(pk=patient.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def test_it_works(therapist: Therapist, api: Api, patient: Patient) -> None:
    client = api(therapist)
    address = f"/patients/{patient.pk}"
    answer = client.delete(address)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("get", "put", "patch", "delete"):
        assert getattr(client, method)(address, {"full_name": "B"}).status_code == 404
    assert client.get("/patients").json()["count"] == 0


def test_the_deleted_are_listed_while_they_can_come_back(
    therapist: Therapist, other_therapist: Therapist, api: Api, patient: Patient
) -> None:
    client = api(therapist)
    PatientFactory.create(therapist=therapist, full_name="Stays")
    PatientFactory.create(therapist=other_therapist, deleted=True)
    expire(PatientFactory.create(therapist=therapist, deleted=True))
    client.delete(f"/patients/{patient.pk}")
    (row,) = client.get("/patients?deleted=true").json()["results"]
    assert row["id"] == str(patient.pk)
    patient.refresh_from_db()
    assert patient.deleted_at is not None
    erased_from = datetime.fromisoformat(row["erased_from"])
    assert erased_from == patient.deleted_at + timedelta(days=7)
    (row,) = client.get("/patients?deleted=false").json()["results"]
    assert (row["full_name"], row["erased_from"]) == ("Stays", None)
    client.post(f"/patients/{patient.pk}/restore")
    assert client.get("/patients?deleted=true").json()["count"] == 0


def test_deleted_is_true_or_false(therapist: Therapist, api: Api) -> None:
    answer = api(therapist).get("/patients?deleted=yes")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["deleted"])


def test_restore(therapist: Therapist, api: Api, patient: Patient) -> None:
    client = api(therapist)
    client.delete(f"/patients/{patient.pk}")
    answer = client.post(f"/patients/{patient.pk}/restore")
    assert (answer.status_code, answer.json()["full_name"]) == (200, "A")
    assert client.get("/patients").json()["count"] == 1
    # Twice is no harm.
    assert client.post(f"/patients/{patient.pk}/restore").status_code == 200


def test_the_external_id_is_free_meanwhile(therapist: Therapist, api: Api, patient: Patient) -> None:
    client = api(therapist)
    client.delete(f"/patients/{patient.pk}")
    assert client.post("/patients", {"full_name": "B", "external_id": "MRN-1"}).status_code == 201
    answer = client.post(f"/patients/{patient.pk}/restore")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["external_id"])


def test_too_late(therapist: Therapist, api: Api, patient: Patient) -> None:
    expire(patient)
    assert api(therapist).post(f"/patients/{patient.pk}/restore").status_code == 404


def test_erasure_waits_seven_days(patient: Patient, settings: Settings) -> None:
    settings.PATIENT_ERASURE_HOOKS = ["patients.tests.test_api_patients_delete.remember"]
    expire(patient, days=6.9)
    assert patients_purge() == 0
    expire(patient)
    assert patients_purge() == 1
    assert called == [patient.pk]
    assert not Patient.objects.exists()


def test_erasure_spares_the_living(patient: Patient) -> None:
    assert patients_purge() == 0
    assert Patient.objects.count() == 1


def test_a_hook_that_fails_keeps_the_patient_for_the_next_run(
    patient: Patient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PATIENT_ERASURE_HOOKS = ["patients.tests.test_api_patients_delete.fail"]
    expire(patient)
    with caplog.at_level(logging.INFO):
        assert patients_purge() == 0
    assert Patient.objects.count() == 1
    assert str(patient.pk) in caplog.text
    assert "secret-words" not in caplog.text


def test_the_command(patient: Patient, settings: Settings) -> None:
    settings.PATIENT_ERASURE_HOOKS = []
    expire(patient)
    output = StringIO()
    call_command("purge_deleted_patients", stdout=output)
    assert output.getvalue() == "1 patients erased\n"

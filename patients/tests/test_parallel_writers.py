"""Two requests at the same moment about one patient."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from accounts.models import Therapist
from conftest import Api
from core.testing.at_once import at_once
from patients.models import Consent, Patient
from patients.tests.factories import PatientFactory

pytestmark = pytest.mark.usefixtures("postgres")


def test_one_external_id(api: Api, therapist: Therapist) -> None:
    for number in range(5):
        body = {"full_name": "A", "external_id": f"E-{number}"}
        answers = at_once([partial(api(therapist).post, "/patients", body) for _ in range(6)])
        assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 5}
        refused = next(answer.json() for answer in answers if answer.status_code == 400)
        assert refused["errors"]["external_id"][0]["code"] == "unique"
        assert Patient.objects.filter(external_id=f"E-{number}").count() == 1


def test_a_patient_comes_back_while_another_takes_the_external_id(api: Api, therapist: Therapist) -> None:
    for number in range(5):
        gone = PatientFactory.create(therapist=therapist, external_id=f"E-{number}", deleted=True)
        created, restored = at_once(
            [
                partial(api(therapist).post, "/patients", {"full_name": "B", "external_id": f"E-{number}"}),
                partial(api(therapist).post, f"/patients/{gone.pk}/restore"),
            ]
        )
        assert sorted([created.status_code == 201, restored.status_code == 200]) == [False, True]
        assert 400 in {created.status_code, restored.status_code}


def test_one_idempotency_key(api: Api, therapist: Therapist) -> None:
    for number in range(5):
        headers = {"Idempotency-Key": f"key-{number}"}
        call = partial(_post, api, therapist, f"Patient {number}", headers)
        answers = at_once([call for _ in range(6)])
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
        assert Patient.objects.filter(full_name=f"Patient {number}").count() == 1
        again = call()
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")


def test_one_idempotency_key_of_a_request_that_is_refused(api: Api, therapist: Therapist) -> None:
    """The first one frees the key while the others look for it."""
    for number in range(10):
        call = partial(_post, api, therapist, "", {"Idempotency-Key": f"key-{number}"})
        answers = at_once([call for _ in range(6)])
        assert {answer.status_code for answer in answers} <= {400, 409}


def test_one_present_answer_for_each_scope_of_consent(api: Api, therapist: Therapist) -> None:
    patient = PatientFactory.create(therapist=therapist)
    bodies = [
        {"training_use": {"granted": granted, "method": method}}
        for granted in (True, False)
        for method in ("written", "verbal", "electronic")
    ]
    url = f"/patients/{patient.pk}/consents"
    answers = at_once([partial(api(therapist).put, url, body) for body in bodies])
    assert {answer.status_code for answer in answers} == {200}
    rows = Consent.objects.filter(patient=patient, scope="training_use")
    assert rows.count() == len(bodies)
    assert rows.filter(current=True).count() == 1


def test_different_fields_of_one_patient_are_both_kept(api: Api, therapist: Therapist) -> None:
    patient = PatientFactory.create(therapist=therapist)
    for number in range(5):
        values = {"phone": f"+44 {number}", "pronouns": f"p{number}", "notes": f"n{number}"}
        calls = [
            partial(api(therapist).patch, f"/patients/{patient.pk}", {name: value})
            for name, value in values.items()
        ]
        assert {answer.status_code for answer in at_once(calls)} == {200}
        assert Patient.objects.filter(pk=patient.pk, **values).exists()


def _post(api: Api, therapist: Therapist, name: str, headers: dict[str, str]) -> Any:
    return api(therapist).post("/patients", {"full_name": name}, headers=headers)

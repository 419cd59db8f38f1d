"""POST /auth/register."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
BODY = {"email": "Ada@Clinic.example", "password": PASSWORD, "full_name": "Dr. Ada Rahman"}


def test_it_works(anonymous: APIClient) -> None:
    answer = anonymous.post("/auth/register", {**BODY, "country": "eg", "time_zone": "Africa/Cairo"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["email"] == "ada@clinic.example"
    assert (body["country"], body["time_zone"], body["note_format"]) == ("EG", "Africa/Cairo", "standard")
    assert "password" not in body
    therapist = Therapist.objects.get(pk=body["id"])
    assert therapist.check_password(PASSWORD)
    assert not therapist.is_staff


@pytest.mark.parametrize("email", ["ada@clinic.example", "ADA@CLINIC.EXAMPLE"])
def test_an_address_that_is_taken(anonymous: APIClient, email: str) -> None:
    anonymous.post("/auth/register", BODY)
    answer = anonymous.post("/auth/register", {**BODY, "email": email})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert "email" in answer.json()["errors"]


def test_an_address_that_was_stored_in_other_letters_is_taken(anonymous: APIClient) -> None:
    Therapist.objects.create(email="Ada@Clinic.example", full_name="By the admin")
    answer = anonymous.post("/auth/register", BODY)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert answer.json()["errors"]["email"][0]["code"] == "unique"
    assert Therapist.objects.get().full_name == "By the admin"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "1234567890"),
        ("password", "password123"),
        ("password", "ada@clinic.example"),
        ("password", "x" * 300),
        ("email", "no address"),
        ("email", ""),
        ("full_name", ""),
        ("full_name", "x" * 201),
        ("country", "ZZ"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("language", "xx"),
        ("note_format", "poem"),
        ("is_staff", True),
        ("token_generation", 3),
        ("id", "3f0a1c52-7d54-4b7e-9a30-0d6a52c1e001"),
    ],
)
def test_what_is_not_valid_is_named(anonymous: APIClient, field: str, value: Any) -> None:
    answer = anonymous.post("/auth/register", {**BODY, field: value})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert Therapist.objects.count() == 0


@pytest.mark.parametrize("field", ["email", "password", "full_name"])
def test_what_is_needed(anonymous: APIClient, field: str) -> None:
    answer = anonymous.post("/auth/register", {name: value for name, value in BODY.items() if name != field})
    assert list(answer.json()["errors"]) == [field]


def test_a_race_for_one_address(anonymous: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    anonymous.post("/auth/register", BODY)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    answer = anonymous.post("/auth/register", {**BODY, "email": "ada@clinic.example"})
    assert answer.status_code == 400
    assert "email" in answer.json()["errors"]


def test_many_accounts_from_one_address(anonymous: APIClient, settings: Any) -> None:
    settings.RATE_LIMITS = {"register": "1/hour"}
    anonymous.post("/auth/register", BODY)
    answer = anonymous.post("/auth/register", {**BODY, "email": "b@clinic.example"})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")

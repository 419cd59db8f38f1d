"""GET and PATCH /auth/me."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from ml.schemas.report import NoteFormat

pytestmark = pytest.mark.django_db
FIELDS = {
    "id", "email", "full_name", "specialization", "license_number", "credentials", "clinic_name",
    "country", "language", "time_zone", "note_format", "created_at",
}  # fmt: skip


def test_it_works(therapist: Therapist, api: Api) -> None:
    body = api(therapist).get("/auth/me").json()
    assert set(body) == FIELDS
    assert body["email"] == therapist.email
    assert body["created_at"].endswith("Z")


@pytest.mark.parametrize("method", ["get", "patch"])
def test_anonymous(anonymous: APIClient, method: str) -> None:
    answer = getattr(anonymous, method)("/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_every_field_can_be_changed(therapist: Therapist, api: Api) -> None:
    changed = {
        "full_name": "Dr. Ada N. Rahman",
        "specialization": "Trauma",
        "license_number": "L-1",
        "credentials": "PsyD",
        "clinic_name": "North",
        "country": "AE",
        "language": "ar",
        "time_zone": "Asia/Dubai",
        "note_format": "soap",
    }
    answer = api(therapist).patch("/auth/me", changed)
    assert answer.status_code == 200
    assert changed.items() <= answer.json().items()
    assert changed.items() <= api(therapist).get("/auth/me").json().items()


def test_what_was_read_can_be_sent_back(therapist: Therapist, api: Api) -> None:
    body = api(therapist).get("/auth/me").json()
    assert api(therapist).patch("/auth/me", {**body, "clinic_name": "South"}).status_code == 200


@pytest.mark.parametrize("note_format", list(NoteFormat))
def test_every_note_format_is_offered(therapist: Therapist, api: Api, note_format: NoteFormat) -> None:
    answer = api(therapist).patch("/auth/me", {"note_format": note_format.value})
    assert answer.json()["note_format"] == note_format.value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "other@clinic.example"),
        ("id", "3f0a1c52-7d54-4b7e-9a30-0d6a52c1e001"),
        ("is_staff", True),
        ("password", "orchid-lamp-9-harbour"),
        ("time_zone", "America"),
        ("time_zone", ""),
        ("country", "USA"),
        ("language", "klingon"),
        ("note_format", "haiku"),
        ("full_name", None),
        ("full_name", ["a"]),
        ("clinic_name", "a\0b"),
    ],
)
def test_what_is_not_valid(therapist: Therapist, api: Api, field: str, value: Any) -> None:
    answer = api(therapist).patch("/auth/me", {field: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")

"""loaddata initial_data.json."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import Therapist
from patients.models import Patient
from sessions_app.models import Status, TherapySession

pytestmark = pytest.mark.django_db


def test_it_works_twice(anonymous: APIClient, settings: object) -> None:
    for _ in range(2):
        call_command("loaddata", "initial_data.json", verbosity=0)
    therapist = Therapist.objects.get()
    assert Patient.objects.for_therapist(therapist).count() == 2
    sessions = TherapySession.objects.for_therapist(therapist)
    assert [session.status for session in sessions] == [Status.CREATED, Status.CREATED]


def test_the_demo_therapist_can_sign_in(anonymous: APIClient, settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # type: ignore[attr-defined]
    call_command("loaddata", "initial_data.json", verbosity=0)
    assert Therapist.objects.get().password.startswith("argon2$argon2id$")
    body = {"email": "demo@therapist.example", "password": "demo-session-2026"}
    assert anonymous.post("/auth/login", body).status_code == 200

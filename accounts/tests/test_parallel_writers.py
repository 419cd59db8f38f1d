"""Two requests at the same moment about one account."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from accounts.services.tokens import token_issue
from accounts.tests.factories import PASSWORD, TherapistFactory
from core.testing.at_once import at_once

pytestmark = pytest.mark.usefixtures("postgres")


def test_one_address_in_any_case() -> None:
    for number in range(3):
        emails = [f"Ada{number}@Clinic.example", f"ada{number}@clinic.example", f"ADA{number}@CLINIC.EXAMPLE"]
        calls = [
            partial(
                APIClient().post,
                "/auth/register",
                {"email": email, "password": PASSWORD, "full_name": "Ada"},
            )
            for email in emails * 2
        ]
        assert Counter(answer.status_code for answer in at_once(calls)) == {201: 1, 400: 5}
        assert Therapist.objects.filter(email__iexact=emails[0]).count() == 1


def test_a_refresh_token_is_traded_once() -> None:
    therapist = TherapistFactory.create()
    for _ in range(5):
        refresh = token_issue(therapist=therapist).refresh
        calls = [partial(APIClient().post, "/auth/refresh", {"refresh": refresh}) for _ in range(4)]
        assert Counter(answer.status_code for answer in at_once(calls)) == {200: 1, 401: 3}


def test_wrong_passwords_at_once_are_all_counted(settings: object) -> None:
    therapist = TherapistFactory.create()
    calls = [
        partial(APIClient().post, "/auth/login", {"email": therapist.email, "password": "wrong"})
        for _ in range(8)
    ]
    assert {answer.status_code for answer in at_once(calls)} <= {401, 403}
    right = APIClient().post("/auth/login", {"email": therapist.email, "password": PASSWORD})
    assert right.json()["code"] == "account_locked"

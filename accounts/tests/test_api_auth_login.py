"""POST /auth/login: tokens, cookie, lockout."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from accounts.tests.factories import PASSWORD, TherapistFactory

pytestmark = pytest.mark.django_db


def sign_in(client: APIClient, therapist: Therapist, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post("/auth/login", {"email": therapist.email, "password": password}, **headers)


def test_it_works(anonymous: APIClient, therapist: Therapist) -> None:
    answer = sign_in(anonymous, therapist)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access", "refresh", "therapist"}
    assert body["therapist"]["id"] == str(therapist.pk)
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert anonymous.get("/auth/me").json()["email"] == therapist.email
    therapist.refresh_from_db()
    assert therapist.last_login is not None


def test_the_address_in_any_case(anonymous: APIClient) -> None:
    TherapistFactory.create(email="ada@clinic.example")
    body = {"email": " ADA@clinic.example", "password": PASSWORD, "otp": "123456"}
    assert anonymous.post("/auth/login", body).status_code == 200


def test_the_refresh_token_as_a_cookie(anonymous: APIClient, therapist: Therapist) -> None:
    answer = sign_in(anonymous, therapist, HTTP_X_REFRESH_COOKIE="1")
    assert set(answer.json()) == {"access", "therapist"}
    cookie = answer.cookies["refresh_token"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/auth"
    assert cookie["max-age"] == ""


def test_the_cookie_travels_over_tls_only_where_there_is_tls(
    anonymous: APIClient, therapist: Therapist, settings: Any
) -> None:
    settings.HTTPS = True
    answer = sign_in(anonymous, therapist, HTTP_X_REFRESH_COOKIE="1")
    assert answer.cookies["refresh_token"]["secure"] is True


def test_to_stay_signed_in(anonymous: APIClient, therapist: Therapist) -> None:
    body = {"email": therapist.email, "password": PASSWORD, "remember": True}
    answer = anonymous.post("/auth/login", body, HTTP_X_REFRESH_COOKIE="1")
    assert answer.cookies["refresh_token"]["max-age"] == 30 * 86400


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_address_look_alike(
    anonymous: APIClient, therapist: Therapist, known: bool
) -> None:
    email = therapist.email if known else "nobody@clinic.example"
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as hashed:
        answer = anonymous.post("/auth/login", {"email": email, "password": "wrong-words-0"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    assert hashed.call_count == 1


def test_who_may_not_sign_in_any_more(anonymous: APIClient, therapist: Therapist) -> None:
    therapist.is_active = False
    therapist.save()
    assert sign_in(anonymous, therapist).json()["code"] == "invalid_credentials"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.example"},
        {"email": "a@b.example", "password": "x", "admin": True},
        {"email": ["a"]},
    ],
)
def test_what_is_not_valid(anonymous: APIClient, body: dict[str, Any]) -> None:
    answer = anonymous.post("/auth/login", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


def test_guessing_locks_the_account_for_that_address(anonymous: APIClient, therapist: Therapist) -> None:
    codes = [sign_in(anonymous, therapist, "wrong-words-0").json()["code"] for _ in range(6)]
    assert codes[:4] == ["invalid_credentials"] * 4
    assert codes[5] == "account_locked"
    answer = sign_in(anonymous, therapist)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_locked")
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    # Others from there, and the owner from elsewhere, are not kept out.
    assert sign_in(anonymous, TherapistFactory.create()).status_code == 200
    assert sign_in(anonymous, therapist, REMOTE_ADDR="10.9.9.9").status_code == 200


def test_unknown_addresses_lock_alike(anonymous: APIClient) -> None:
    body = {"email": "nobody@clinic.example", "password": "wrong-words-0"}
    codes = [anonymous.post("/auth/login", body).json()["code"] for _ in range(6)]
    assert codes[-1] == "account_locked"


def test_the_lock_ends_and_is_not_prolonged_by_trying(anonymous: APIClient, therapist: Therapist) -> None:
    for _ in range(8):
        sign_in(anonymous, therapist, "wrong-words-0")
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(anonymous, therapist).status_code == 200


def test_a_success_forgets_the_failures(anonymous: APIClient, therapist: Therapist) -> None:
    for _ in range(3):
        for _ in range(3):
            sign_in(anonymous, therapist, "wrong-words-0")
        assert sign_in(anonymous, therapist).status_code == 200


def test_no_password_is_kept_with_the_failures(anonymous: APIClient, therapist: Therapist) -> None:
    sign_in(anonymous, therapist, "wrong-words-0")
    attempt = AccessAttempt.objects.get()
    assert "wrong-words-0" not in f"{attempt.get_data} {attempt.post_data}"


def test_guessing_over_many_accounts_and_many_addresses(
    anonymous: APIClient, therapist: Therapist, settings: Any
) -> None:
    settings.RATE_LIMITS = {"login": "2/min"}
    answers = [sign_in(anonymous, TherapistFactory.create(), "wrong-words-0") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    settings.RATE_LIMITS = {"login_account": "2/hour"}
    answers = [sign_in(anonymous, therapist, "wrong", REMOTE_ADDR=f"10.0.0.{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]

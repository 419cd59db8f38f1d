"""POST /auth/password, /auth/password/reset and /auth/password/reset/confirm."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from kombu.exceptions import OperationalError
from rest_framework.test import APIClient

from accounts.models import Therapist
from accounts.services.tokens import token_issue
from accounts.tests.factories import PASSWORD
from conftest import Api

pytestmark = pytest.mark.django_db
NEW = "violet-ladder-4-meadow"


def sign_in(therapist: Therapist, password: str) -> int:
    return APIClient().post("/auth/login", {"email": therapist.email, "password": password}).status_code


def ask(client: APIClient, email: str) -> dict[str, str]:
    """Ask for a reset and read the two values from the e-mail."""
    assert client.post("/auth/password/reset", {"email": email}).status_code == 202
    text = str(mail.outbox[-1].body)
    found = {name: re.search(rf"^{name}: (\S+)$", text, re.MULTILINE) for name in ("uid", "token")}
    return {name: match.group(1) for name, match in found.items() if match}


def test_it_works(therapist: Therapist, api: Api) -> None:
    other = token_issue(therapist=therapist)
    answer = api(therapist).post("/auth/password", {"current_password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert sign_in(therapist, PASSWORD) == 401
    assert sign_in(therapist, NEW) == 200
    # This session goes on, the other one has ended.
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert client.get("/auth/me").status_code == 200
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {other.access}").get("/auth/me").status_code == 401
    assert APIClient().post("/auth/refresh", {"refresh": other.refresh}).status_code == 401


def test_anonymous(anonymous: APIClient) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert anonymous.post("/auth/password", body).status_code == 401


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"current_password": "wrong", "new_password": NEW}, "current_password", "password_wrong"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password", "password_too_short"),
        ({"current_password": PASSWORD}, "new_password", "required"),
        ({"current_password": PASSWORD, "new_password": NEW, "email": "x"}, "email", "unknown_field"),
    ],
)
def test_what_is_not_valid(
    therapist: Therapist, api: Api, body: dict[str, str], field: str, code: str
) -> None:
    answer = api(therapist).post("/auth/password", body)
    assert answer.status_code == 400
    ((name, (error,)),) = answer.json()["errors"].items()
    assert (name, error["code"]) == (field, code)
    assert sign_in(therapist, PASSWORD) == 200


def test_reset(anonymous: APIClient, therapist: Therapist) -> None:
    session = token_issue(therapist=therapist)
    for _ in range(6):
        sign_in(therapist, "wrong-words-0")
    values = ask(anonymous, therapist.email.upper())
    assert mail.outbox[-1].to == [therapist.email]
    answer = anonymous.post("/auth/password/reset/confirm", {**values, "new_password": NEW})
    assert answer.status_code == 204
    # The lock is open again, the old sessions are gone, and the e-mail works once.
    assert sign_in(therapist, NEW) == 200
    assert APIClient(HTTP_AUTHORIZATION=f"Bearer {session.access}").get("/auth/me").status_code == 401
    again = anonymous.post("/auth/password/reset/confirm", {**values, "new_password": PASSWORD})
    assert list(again.json()["errors"]) == ["token"]


def test_reset_tells_nobody_who_has_an_account(anonymous: APIClient, therapist: Therapist) -> None:
    known = anonymous.post("/auth/password/reset", {"email": therapist.email})
    unknown = anonymous.post("/auth/password/reset", {"email": "nobody@clinic.example"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(mail.outbox) == 1
    Therapist.objects.update(is_active=False)
    assert anonymous.post("/auth/password/reset", {"email": therapist.email}).status_code == 202
    assert len(mail.outbox) == 1


def test_reset_by_the_page_of_the_web_ui(anonymous: APIClient, therapist: Therapist, settings: Any) -> None:
    settings.PASSWORD_RESET_URL = "https://clinic.example/app/reset"
    anonymous.post("/auth/password/reset", {"email": therapist.email})
    assert "https://clinic.example/app/reset?uid=" in str(mail.outbox[-1].body)


def test_reset_while_the_broker_is_away(
    anonymous: APIClient, therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("accounts.views.passwords.send_password_reset.delay", away)
    for email in (therapist.email, "nobody@clinic.example"):
        answer = anonymous.post("/auth/password/reset", {"email": email})
        assert answer.json()["code"] == "storage_unavailable"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"token": "abc-def"}, "token"),
        ({"uid": "!!"}, "token"),
        ({"uid": "AAAA"}, "token"),
        ({"new_password": "short"}, "new_password"),
        ({"extra": "x"}, "extra"),
    ],
)
def test_confirm_what_is_not_valid(
    anonymous: APIClient, therapist: Therapist, changed: dict[str, str], field: str
) -> None:
    values = ask(anonymous, therapist.email)
    answer = anonymous.post("/auth/password/reset/confirm", {**values, "new_password": NEW, **changed})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert sign_in(therapist, PASSWORD) == 200

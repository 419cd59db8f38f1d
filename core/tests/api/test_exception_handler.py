"""Every error is a problem document with a code of the catalogue."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.api import exception_handler
from core.errors import CATALOGUE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.api.views")]


def problem(answer: Any, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert body["code"] == code
    assert answer.status_code == body["status"] == CATALOGUE[code].status
    assert body["title"] == CATALOGUE[code].title
    assert body["type"].endswith(code)
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("application", "risk_pending"),
        ("validation", "validation_error"),
        ("validation_list", "validation_error"),
        ("django_validation", "validation_error"),
        ("authentication", "not_authenticated"),
        ("permission", "permission_denied"),
        ("throttled", "rate_limited"),
        ("too_big", "file_too_large"),
        ("database", "storage_unavailable"),
        ("disk", "storage_unavailable"),
        ("bug", "internal_error"),
    ],
)
def test_it_works(anonymous: APIClient, name: str, code: str) -> None:
    problem(anonymous.get(f"/raise/{name}"), code)


def test_errors_are_by_field(anonymous: APIClient) -> None:
    too_long, odd = ({"code": "invalid", "message": words} for words in ("Too long.", "Odd."))
    assert anonymous.get("/raise/validation").json()["errors"] == {"name": [too_long]}
    assert anonymous.get("/raise/django_validation").json()["errors"] == {
        "name": [{"code": "max_length", "message": "Too long."}]
    }
    assert anonymous.get("/raise/validation_list").json()["errors"] == {"non_field_errors": [odd]}
    body = anonymous.get("/raise/application").json()
    assert body["errors"] == {"open": ["a"]}
    assert body["count"] == 1


def test_every_error_of_a_field_has_its_code(therapist: Therapist, api: Api) -> None:
    body = {"colour": 1, "name": "", "parts": [{"text": "a"}, {}]}
    client = api(therapist)
    errors = client.post("/things", body).json()["errors"]
    assert errors == {"colour": [{"code": "unknown_field", "message": "This field is not known here."}]}
    del body["colour"]
    errors = client.post("/things", body).json()["errors"]
    assert errors["name"] == [{"code": "blank", "message": "This field may not be blank."}]
    assert errors["parts"]["1"]["text"] == [{"code": "required", "message": "This field is required."}]


def test_the_client_is_told_when_to_come_back(anonymous: APIClient) -> None:
    assert anonymous.get("/raise/throttled")["Retry-After"] == "8"
    assert anonymous.get("/raise/locked")["Retry-After"] == "42"


def test_a_401_names_the_scheme(anonymous: APIClient) -> None:
    assert anonymous.get("/auth/me")["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["bug", "database", "disk"])
def test_nothing_said_reaches_answer_or_log(
    anonymous: APIClient, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = anonymous.get(f"/raise/{name}")
    assert "secret-words" not in answer.content.decode()
    assert "secret-words" not in caplog.text
    assert "views.py:" in caplog.text


def test_other_method(therapist: Therapist, api: Api) -> None:
    answer = api(therapist).delete("/things")
    problem(answer, "method_not_allowed")
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("address", ["/nothing-here", "/patients/not-a-uuid", "/patients/123", "/patients/"])
def test_no_such_address(anonymous: APIClient, address: str) -> None:
    problem(anonymous.get(address), "not_found")


def test_a_token_that_is_none(anonymous: APIClient) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    problem(anonymous.get("/auth/me"), "not_authenticated")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b'"text"',
        b"null",
        b"[]",
    ],
)
def test_a_body_that_cannot_be_read(therapist: Therapist, api: Api, body: bytes) -> None:
    answer = api(therapist).post("/things", data=body, content_type="application/json")
    problem(answer, "validation_error")


def test_another_content_type(therapist: Therapist, api: Api) -> None:
    answer = api(therapist).post("/things", data="<name/>", content_type="application/xml")
    problem(answer, "validation_error")
    assert "errors" not in answer.json()  # of no field


def test_a_body_that_is_too_large(therapist: Therapist, api: Api, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = api(therapist).post("/things", {"name": "x" * 2000})
    problem(answer, "file_too_large")


def test_accept_decides_nothing_about_errors(anonymous: APIClient) -> None:
    problem(anonymous.get("/auth/me", HTTP_ACCEPT="audio/*"), "not_authenticated")
    problem(anonymous.get("/auth/me?format=srt"), "not_authenticated")


def test_a_host_that_is_not_served() -> None:
    problem(Client().get("/health", HTTP_HOST="evil.example"), "validation_error")


def test_a_defect_outside_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, request: object) -> HttpResponse:
        raise RuntimeError("secret-words")

    monkeypatch.setattr("core.api.throttling.RateLimitHeaders.__call__", broken)
    answer = Client(raise_request_exception=False).get("/health")
    assert "secret-words" not in answer.content.decode()
    problem(answer, "internal_error")


def test_djangos_own_refusals_are_problems() -> None:
    request = RequestFactory().get("/")
    for answer, status in [
        (exception_handler.forbidden(request), 403),
        (exception_handler.csrf_failure(request), 403),
        (exception_handler.bad_request(request), 400),
    ]:
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"

"""Rates and their headers."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.api.throttling import client_address

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.api.views")]


def test_it_works(anonymous: APIClient, settings: Settings) -> None:
    settings.RATE_LIMITS = {"general": "2/min"}
    first, second, third = (anonymous.get("/limited") for _ in range(3))
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("2", "1")
    assert second["RateLimit-Remaining"] == "0"
    assert (third.status_code, third.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(third["Retry-After"]) <= 60
    assert third["RateLimit-Remaining"] == "0"


def test_the_tighter_rate_is_told(anonymous: APIClient, settings: Settings) -> None:
    settings.RATE_LIMITS = {"general": "50/min", "login": "3/min"}
    assert anonymous.get("/limited")["RateLimit-Limit"] == "3"


def test_everybody_has_their_own(
    therapist: Therapist, other_therapist: Therapist, api: Api, settings: Settings
) -> None:
    settings.RATE_LIMITS = {"general": "1/min"}
    assert api(therapist).get("/auth/me").status_code == 200
    assert api(therapist).get("/auth/me").status_code == 429
    assert api(other_therapist).get("/auth/me").status_code == 200


def test_no_limit_no_headers(anonymous: APIClient) -> None:
    assert "RateLimit-Limit" not in anonymous.get("/limited")


def test_a_forwarded_address_counts_behind_our_proxy_only(settings: Settings) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 7.7.7.7")
    assert client_address(request) == "10.0.0.1"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert client_address(request) == "7.7.7.7"

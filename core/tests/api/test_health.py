"""GET /health."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from core.api import health


def test_it_works_without_login(anonymous: APIClient) -> None:
    answer = anonymous.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.parametrize("address", ["/health?ready=1", "/health/ready"])
def test_ready_names_what_is_away(
    anonymous: APIClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def away() -> None:
        raise ConnectionError("redis://user:secret@host")

    monkeypatch.setattr(health, "CHECKS", {"database": health.check_database, "broker": away})
    answer = anonymous.get(address)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "checks": {"database": "ok", "broker": "unavailable"}}


def test_broker_check_fails_when_nobody_listens(settings: object) -> None:
    with pytest.raises(Exception, match=r".+"):
        health.check_broker()

"""GET /health and /health/ready."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from rest_framework.test import APIClient

from core.api import health, readiness


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

    monkeypatch.setattr(health, "READINESS", {"database": readiness.check_database, "broker": away})
    answer = anonymous.get(address)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "checks": {"database": "ok", "broker": "unavailable"}}


def test_ready_asks_all_parts(anonymous: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = {**readiness.READINESS, "broker": readiness.check_database}
    monkeypatch.setattr(health, "READINESS", checks)
    answer = anonymous.get("/health/ready")
    assert answer.json()["checks"] == dict.fromkeys(("database", "broker", "storage", "migrations"), "ok")


def test_a_part_that_hangs_is_given_up_and_asked_once() -> None:
    asked = []
    over = threading.Event()

    def hanging() -> None:
        asked.append(1)
        over.wait(20)

    began = time.monotonic()
    checks = {"storage": hanging, "database": lambda: None}
    for _ in range(3):
        assert readiness.outcomes(checks, seconds=0.2) == {"storage": "unavailable", "database": "ok"}
    assert time.monotonic() - began < 2
    assert len(asked) == 1
    over.set()


def test_a_recovered_part_is_asked_anew() -> None:
    answers = iter([ConnectionError(), None])

    def check() -> None:
        if (error := next(answers)) is not None:
            raise error

    assert readiness.outcomes({"broker": check}) == {"broker": "unavailable"}
    assert readiness.outcomes({"broker": check}) == {"broker": "ok"}


def test_storage_that_cannot_be_written_is_not_ready(tmp_path: Path) -> None:
    there = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    gone = {**there, "OPTIONS": {"location": str(tmp_path / "unmounted" / "media")}}
    with override_settings(STORAGES={"recordings": there}):
        readiness.check_storage()
    with override_settings(STORAGES={"recordings": gone}), pytest.raises(FileNotFoundError):
        readiness.check_storage()


def test_a_waiting_migration_is_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_migrated", threading.Event())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports'")
    with pytest.raises(readiness.NotMigrated):
        readiness.check_migrations()


def test_broker_check_fails_when_nobody_listens(settings: object) -> None:
    with pytest.raises(Exception, match=r".+"):
        readiness.check_broker()

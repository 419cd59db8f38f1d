"""`migrate` on PostgreSQL gives way to those who use a table, and comes back."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.management.commands import migrate

pytestmark = pytest.mark.usefixtures("postgres")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    settings.MIGRATION_LOCK_TIMEOUT_SECONDS = 1  # type: ignore[attr-defined]
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0.1)


def _undone() -> None:
    """The last migrations of reports back, so that there is one to apply to the table in use."""
    call_command("migrate", "reports", "0003", verbosity=0)


class Said(io.StringIO):
    """What the command says; its first word lets the table go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    def write(self, text: str) -> int:
        self.free.set()
        return super().write(text)


@contextmanager
def table_in_use(until: threading.Event) -> Iterator[None]:
    """Somebody writes to the table that the migration changes, until told."""
    held = threading.Event()

    def request() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE reports_riskflag IN ROW EXCLUSIVE MODE")
            held.set()
            until.wait(120)
        connection.close()

    thread = threading.Thread(target=request)
    thread.start()
    assert held.wait(60)
    try:
        yield
    finally:
        until.set()
        thread.join()


def test_it_waits_for_a_request_and_goes_on() -> None:
    _undone()
    said = Said()
    with table_in_use(said.free):
        call_command("migrate", "reports", verbosity=0, stderr=said)
    assert "in use by others" in said.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT standing FROM reports_riskflag LIMIT 1")


def test_after_some_attempts_it_says_so_and_nothing_is_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "ATTEMPTS", 1)
    _undone()
    with table_in_use(threading.Event()), pytest.raises(CommandError, match="Run migrate again"):
        call_command("migrate", "reports", verbosity=0, stderr=io.StringIO())
    call_command("migrate", "reports", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT standing FROM reports_riskflag LIMIT 1")

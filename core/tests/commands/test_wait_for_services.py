"""wait_for_services."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.management.commands import wait_for_services


def test_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([ConnectionError(), None])

    def check() -> None:
        if (error := next(answers)) is not None:
            raise error

    monkeypatch.setattr(wait_for_services, "SERVICES", {"broker": check})
    monkeypatch.setattr(wait_for_services, "PAUSE_SECONDS", 0.01)
    output = StringIO()
    call_command("wait_for_services", stdout=output)
    assert output.getvalue() == "broker ready\n"


def test_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise ConnectionError("redis://user:secret@host")

    monkeypatch.setattr(wait_for_services, "SERVICES", {"broker": away})
    with pytest.raises(CommandError, match=r"broker does not answer: ConnectionError$"):
        call_command("wait_for_services", "--timeout", "0")

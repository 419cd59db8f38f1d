"""A leader, a helper, the database or the broker goes away: nothing is lost or done twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from ml.errors import ErrorCode, PermanentError
from ml.progress import no_progress
from sessions_app import outages, pieces, spread, tasks
from sessions_app.models import Status, TherapySession
from sessions_app.services.sessions import session_cancel
from sessions_app.tests.factories import stored_recording
from sessions_app.tests.pieces.conftest import COUNT, WORDS, Engine, whole

# Helpers' heartbeats have connections of their own, which see committed rows only.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]


@pytest.mark.parametrize(
    "error", [PermanentError(ErrorCode.INTERNAL_ERROR, "no"), OSError(5, "gone"), ValueError(WORDS)]
)
def test_a_helper_that_fails_leaves_its_piece_to_the_leader(
    leading: TherapySession, engine: Engine, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    stored_recording(leading)

    def broken(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            spread.help_transcribe(leading.pk)
        if who == "helper" and number == 2:
            raise error

    engine.before = broken
    spread.transcribe(leading, no_progress)
    assert sorted(engine.decoded) == [("helper", 1), ("leader", 0), ("leader", 2), ("leader", 3)]
    assert engine.joined == whole()
    assert WORDS not in caplog.text


def test_a_leader_that_died_costs_one_piece(leading: TherapySession, engine: Engine) -> None:
    stored_recording(leading)

    class Killed(BaseException):
        """Stands for SIGKILL."""

    def killed(who: str, number: int) -> None:
        if number == 2:
            raise Killed

    engine.before = killed
    with pytest.raises(Killed):
        spread.transcribe(leading, no_progress)
    engine.before = lambda who, number: None
    spread.transcribe(leading, no_progress)
    assert engine.decoded == [("leader", number) for number in range(COUNT)]
    assert engine.joined == whole()


def test_a_dead_helpers_piece_is_waited_for_and_then_taken(
    leading: TherapySession, engine: Engine, settings: Settings
) -> None:
    stored_recording(leading)
    settings.STAGE_LEASE_SECONDS = 0.4

    def dies(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            assert pieces.claim(leading.pk, leader=False) is not None

    engine.before = dies
    spread.transcribe(leading, no_progress)
    assert engine.decoded[-1] == ("leader", 1)
    assert engine.joined == whole()


def test_cancel_stops_leader_and_helper(leading: TherapySession, engine: Engine, settings: Settings) -> None:
    stored_recording(leading)
    TherapySession.objects.update(status=Status.UPLOADED)
    lost: list[bool] = []

    def cancelled(who: str, number: int) -> None:
        if (who, number) == ("leader", 1):
            lease = pieces.claim(leading.pk, leader=False)
            session_cancel(session_id=leading.pk)
            assert lease is not None
            lost.append(pieces.heartbeat(lease, 0.1))

    engine.before = cancelled
    settings.STAGE_HEARTBEAT_SECONDS = 0.02
    tasks.transcribe_session(str(leading.pk))
    leading.refresh_from_db()
    assert (leading.status, leading.error_code) == (Status.FAILED, "cancelled")
    assert lost == [False]
    assert ("leader", 3) not in engine.decoded


@pytest.mark.parametrize("call", ["offer", "claim", "store", "share_done", "all_done", "passages"])
def test_a_database_that_is_away_for_a_moment_costs_nothing(
    leading: TherapySession, engine: Engine, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    stored_recording(leading)
    monkeypatch.setattr(outages, "PAUSE_SECONDS", 0.01)
    works, away = getattr(pieces, call), [True, True]

    def sometimes(*args: Any, **kwargs: Any) -> Any:
        if away:
            away.pop()
            raise OperationalError("the server went away")
        return works(*args, **kwargs)

    monkeypatch.setattr(pieces, call, sometimes)
    spread.transcribe(leading, no_progress)
    assert away == []
    assert engine.joined == whole()
    assert engine.decoded == [("leader", number) for number in range(COUNT)]


def test_without_a_broker_it_is_done_alone(
    leading: TherapySession, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.help_transcribe, "apply_async", away)
    stored_recording(leading)
    spread.transcribe(leading, no_progress)
    assert engine.joined == whole()

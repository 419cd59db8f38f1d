"""A long recording in several hands: the rows, the leader, the helpers, and what happens when one dies."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django import Settings

from ml.asr.base import Passage, spread_words
from ml.errors import Cancelled, ErrorCode, PermanentError
from ml.progress import Progress, no_progress
from ml.schemas.transcript import Heard
from ml.transcription.blocks import Block
from ml.transcription.pieces import Decoded, Piece, Spread
from sessions_app import outages, pieces, tasks, transcription
from sessions_app.models import Status, TherapySession, TranscriptionPiece
from sessions_app.services import recordings
from sessions_app.services.sessions import session_cancel
from sessions_app.tests.factories import stored_recording, transcript_record

# Helpers' heartbeats have connections of their own, which see committed rows only.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]

COUNT = 4
WORDS = "I was afraid of him"


def division(count: int = COUNT) -> list[pieces.Division]:
    return [pieces.Division({"number": number}, 1000) for number in range(count)]


@pytest.fixture
def leading(session: TherapySession) -> TherapySession:
    """A session whose transcription has begun."""
    TherapySession.objects.filter(pk=session.pk).update(status=Status.TRANSCRIBING)
    session.refresh_from_db()
    return session


def expire(session: TherapySession) -> None:
    TranscriptionPiece.objects.filter(session=session).exclude(lease_token=None).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def claimed(session: TherapySession, *, leader: bool) -> pieces.PieceLease:
    lease = pieces.claim(session.pk, leader=leader)
    assert lease is not None
    return lease


class TestRows:
    def test_every_piece_goes_to_one_worker(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", division())
        taken = [claimed(leading, leader=bool(number % 2)).number for number in range(COUNT)]
        assert taken == [0, 1, 2, 3]
        assert pieces.claim(leading.pk, leader=True) is pieces.claim(leading.pk, leader=False) is None

    def test_a_result_is_kept_once(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", division(1))
        lost = claimed(leading, leader=False)
        expire(leading)
        mine = claimed(leading, leader=True)
        assert pieces.store(mine, ["mine"])
        assert not pieces.store(lost, ["late"])
        assert not pieces.heartbeat(lost)
        assert pieces.passages(leading.pk) == [["mine"]]
        assert pieces.all_done(leading.pk)

    def test_the_leader_takes_what_a_dead_helper_left_and_other_helpers_do_not(
        self, leading: TherapySession
    ) -> None:
        pieces.offer(leading, "plan", division(1))
        claimed(leading, leader=False)
        assert pieces.claim(leading.pk, leader=True) is None
        expire(leading)
        assert pieces.claim(leading.pk, leader=False) is None
        assert claimed(leading, leader=True).number == 0

    def test_a_new_leader_finds_what_was_done(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", division())
        assert pieces.store(claimed(leading, leader=True), ["done"])
        claimed(leading, leader=True)
        assert pieces.offer(leading, "plan", division()) == COUNT - 1
        assert pieces.passages(leading.pk)[0] == ["done"]

    def test_another_plan_begins_anew(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", division())
        old = claimed(leading, leader=True)
        assert pieces.offer(leading, "other", division(2)) == 2
        assert not pieces.store(old, ["of the old plan"])
        assert pieces.passages(leading.pk) == [None, None]

    def test_who_lost_the_stage_cannot_lay_out_pieces(self, leading: TherapySession) -> None:
        TherapySession.objects.filter(pk=leading.pk).update(lease_token=uuid.uuid4())
        now_leads = TherapySession.objects.get(pk=leading.pk)
        pieces.offer(now_leads, "plan", division())
        assert pieces.store(claimed(leading, leader=True), ["done"])
        with pytest.raises(Cancelled):
            pieces.offer(leading, "plan of a recording that was replaced", division(2))
        assert pieces.passages(leading.pk) == [["done"], None, None, None]

    def test_progress_counts_lengths_and_what_is_in_work(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", [pieces.Division({}, 3000), pieces.Division({}, 1000)])
        lease = claimed(leading, leader=False)
        assert pieces.heartbeat(lease, 0.5)
        assert pieces.share_done(leading.pk) == pytest.approx(0.375)
        pieces.give_back(lease)
        assert pieces.share_done(leading.pk) == 0.0

    def test_nothing_is_given_or_kept_once_the_session_is_cancelled(self, leading: TherapySession) -> None:
        pieces.offer(leading, "plan", division())
        lease = claimed(leading, leader=False)
        session_cancel(session_id=leading.pk)
        assert pieces.claim(leading.pk, leader=False) is None
        assert not pieces.heartbeat(lease, 0.5)
        assert not pieces.store(lease, ["after the end"])

    def test_they_go_with_the_recording(self, leading: TherapySession) -> None:
        stored_recording(leading)
        pieces.offer(leading, "plan", division())
        TherapySession.objects.update(status=Status.FAILED)
        recordings.recording_delete_media(session_id=leading.pk)
        assert not TranscriptionPiece.objects.exists()


def passages_of(piece: Piece) -> Decoded:
    block = piece.blocks[0]
    words = spread_words(f"{WORDS} {block.start_ms}", block.start_ms, block.end_ms)
    return ((Passage(block.start_ms, block.end_ms, WORDS, words),),)


class Engine:
    """Divides any recording into pieces of a second; decoding says where it is."""

    engine, model = "engine", "model"
    options = SimpleNamespace(beam_size=5)

    def __init__(self) -> None:
        self.decoded: list[tuple[str, int]] = []
        self.opened = 0
        self.joined: list[Decoded] = []
        self.before: Callable[[str, int], None] = lambda who, number: None

    def listen(self, path: Path, progress: Progress, *, spread: Spread | None, **_: object) -> Heard:
        assert spread is not None
        spread.offer([Piece((Block(1000 * n, 1000 * n + 1000),), "en") for n in range(COUNT)])
        self.joined = spread.gather(self._by("leader"), progress)
        return Heard(transcript_record(), bytes(2000))

    @contextmanager
    def piecework(self, path: Path) -> Iterator[Callable[[Piece, Progress], Decoded]]:
        assert path.is_file()
        self.opened += 1
        yield self._by("helper")

    def _by(self, who: str) -> Callable[[Piece, Progress], Decoded]:
        def decode(piece: Piece, progress: Progress) -> Decoded:
            number = piece.start_ms // 1000
            self.before(who, number)
            progress(0.5)
            self.decoded.append((who, number))
            return passages_of(piece)

        return decode


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The calls for help that were sent."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.help_transcribe, "apply_async", lambda **call: sent.append(call))
    return sent


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, settings: Settings, calls: list[dict[str, Any]]) -> Engine:
    settings.SPREAD_FROM_SECONDS = 1
    engine = Engine()
    monkeypatch.setattr(transcription, "engine", lambda: engine)
    monkeypatch.setattr(transcription, "POLL_SECONDS", 0.01)
    return engine


def whole() -> list[Decoded]:
    return [passages_of(Piece((Block(1000 * n, 1000 * n + 1000),), "en")) for n in range(COUNT)]


def test_one_worker_alone_decodes_all_and_waits_for_nobody(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    shares: list[float] = []
    heard = transcription.transcribe(leading, shares.append)
    assert engine.decoded == [("leader", number) for number in range(COUNT)]
    assert engine.joined == whole()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [call["args"] for call in calls] == [(str(leading.pk),)] * (COUNT - 1)
    recordings.heard_save(leading, heard)
    assert not TranscriptionPiece.objects.exists()


def test_a_helper_decodes_what_the_leader_has_not_and_opens_the_recording_once(
    leading: TherapySession, engine: Engine
) -> None:
    stored_recording(leading)

    def helped(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            assert not transcription.help_transcribe(leading.pk)

    engine.before = helped
    transcription.transcribe(leading, no_progress)
    assert engine.decoded == [("helper", 1), ("helper", 2), ("helper", 3), ("leader", 0)]
    assert engine.opened == 1
    assert engine.joined == whole()


def test_a_helper_goes_when_a_session_of_its_own_waits_and_comes_back(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    pieces.offer(leading, "plan", _spans())
    other = TherapySession.objects.create(
        therapist=leading.therapist,
        patient=leading.patient,
        session_date=leading.session_date,
        status=Status.UPLOADED,
    )
    tasks.help_transcribe(str(leading.pk))
    assert [call["args"] for call in calls] == [(str(leading.pk),)]
    other.delete()
    tasks.help_transcribe(str(leading.pk))
    assert engine.decoded == [("helper", number) for number in range(COUNT)]
    assert len(calls) == 1


def test_a_helper_takes_no_piece_of_a_recording_that_it_has_not_opened(
    leading: TherapySession, engine: Engine
) -> None:
    stored_recording(leading)
    pieces.offer(leading, "plan", _spans())

    def replaced(who: str, number: int) -> None:
        pieces.offer(leading, "plan of another recording", _spans())

    engine.before = replaced
    # As if the replacement went unnoticed by the heartbeat until the piece was done.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "heartbeat", lambda *_: True)
        assert not transcription.help_transcribe(leading.pk)
    assert engine.decoded == [("helper", 0)]
    assert pieces.passages(leading.pk) == [None] * COUNT


def test_each_piece_is_a_span_of_whoever_decoded_it(
    leading: TherapySession, engine: Engine, exported: InMemorySpanExporter
) -> None:
    stored_recording(leading)

    def helped(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            assert not transcription.help_transcribe(leading.pk)

    engine.before = helped
    transcription.transcribe(leading, no_progress)
    spans = [dict(span.attributes or {}) for span in exported.get_finished_spans() if span.name == "piece"]
    own = {"platform.session_id": str(leading.pk)}
    assert spans == [
        {**own, "platform.piece": number, "platform.leader": number == 0} for number in (1, 2, 3, 0)
    ]


def test_a_helper_without_anything_to_do_opens_nothing(leading: TherapySession, engine: Engine) -> None:
    assert not transcription.help_transcribe(leading.pk)
    assert not transcription.help_transcribe(uuid.uuid4())
    assert engine.opened == 0


@pytest.mark.parametrize(
    "error", [PermanentError(ErrorCode.INTERNAL_ERROR, "no"), OSError(5, "gone"), ValueError(WORDS)]
)
def test_a_helper_that_fails_leaves_its_piece_to_the_leader(
    leading: TherapySession, engine: Engine, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    stored_recording(leading)

    def broken(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            transcription.help_transcribe(leading.pk)
        if who == "helper" and number == 2:
            raise error

    engine.before = broken
    transcription.transcribe(leading, no_progress)
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
        transcription.transcribe(leading, no_progress)
    engine.before = lambda who, number: None
    transcription.transcribe(leading, no_progress)
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
    transcription.transcribe(leading, no_progress)
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


def test_no_words_travel_with_the_broker(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    transcription.transcribe(leading, no_progress)
    assert WORDS in json.dumps(pieces.passages(leading.pk))
    assert all(set(call) == {"args", "priority", "expires"} for call in calls)


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
    transcription.transcribe(leading, no_progress)
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
    transcription.transcribe(leading, no_progress)
    assert engine.joined == whole()


def _spans() -> Sequence[pieces.Division]:
    from ml.transcription.pieces import PIECE

    return [
        pieces.Division(
            PIECE.dump_python(Piece((Block(1000 * n, 1000 * n + 1000),), "en"), mode="json"), 1000
        )
        for n in range(COUNT)
    ]

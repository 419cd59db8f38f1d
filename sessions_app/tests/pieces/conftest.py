"""An engine that divides any recording, and the rows of its pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from ml.asr.base import Passage, spread_words
from ml.progress import Progress
from ml.schemas.transcript import Heard
from ml.transcription.blocks import Block
from ml.transcription.pieces import PIECE, Decoded, Piece, Spread
from sessions_app import pieces, spread, tasks, transcription
from sessions_app.models import Status, TherapySession, TranscriptionPiece
from sessions_app.tests.factories import transcript_record

COUNT = 4
WORDS = "I was afraid of him"


def division(count: int = COUNT) -> list[pieces.Division]:
    """Pieces of a second that nobody decodes."""
    return [pieces.Division({"number": number}, 1000) for number in range(count)]


@pytest.fixture
def leading(session: TherapySession) -> TherapySession:
    """A session whose transcription has begun."""
    TherapySession.objects.filter(pk=session.pk).update(status=Status.TRANSCRIBING)
    session.refresh_from_db()
    return session


def expire(session: TherapySession) -> None:
    """Whoever held a piece is taken for dead."""
    TranscriptionPiece.objects.filter(session=session).exclude(lease_token=None).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def claimed(session: TherapySession, *, leader: bool) -> pieces.PieceLease:
    """A piece, taken by the leader or a helper."""
    lease = pieces.claim(session.pk, leader=leader)
    assert lease is not None
    return lease


def passages_of(piece: Piece) -> Decoded:
    """What `Engine` hears in a piece."""
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
    """The engine of this process; every recording is long enough to be divided."""
    settings.SPREAD_FROM_SECONDS = 1
    engine = Engine()
    monkeypatch.setattr(transcription, "engine", lambda: engine)
    monkeypatch.setattr(spread, "POLL_SECONDS", 0.01)
    return engine


def whole() -> list[Decoded]:
    """What it hears in all of them, in order."""
    return [passages_of(Piece((Block(1000 * n, 1000 * n + 1000),), "en")) for n in range(COUNT)]


def laid_out() -> list[pieces.Division]:
    """The pieces of `Engine` as rows."""
    return [
        pieces.Division(
            PIECE.dump_python(Piece((Block(1000 * n, 1000 * n + 1000),), "en"), mode="json"), 1000
        )
        for n in range(COUNT)
    ]

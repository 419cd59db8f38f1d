"""A long recording shared among workers: one leads, others help where nothing else waits.

Beside `sessions_app.transcription` the other half of the door to the speech engines; the rows of
the work are `sessions_app.pieces`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import Task
from django.conf import settings
from django.utils.module_loading import import_string

from core.leases import renew_connection
from ml.progress import Progress
from ml.schemas.transcript import Heard
from ml.spans import traced
from sessions_app import backlog, pieces, pipeline, transcription
from sessions_app.models import Recording, TherapySession
from sessions_app.outages import DATABASE_AWAY, patiently
from sessions_app.priorities import HELPING
from sessions_app.stage import PROGRESS_INTERVAL_SECONDS, Heartbeat

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from ml.transcription.pieces import Decoded, Piece

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
HELP: dict[str, Any] = {"priority": HELPING, "expires": 3600}
"""How a call for help is sent; one that comes too late finds nothing to do."""


def transcribe(session: TherapySession, progress: Progress) -> Heard:
    """The work of the transcription stage; `transcription.transcribe`, shared where it is long."""
    shared = SharedPieces(session) if settings.SPREAD_FROM_SECONDS else None
    return transcription.transcribe(session, progress, shared)


def help_transcribe(session_id: UUID) -> bool:
    """Decode pieces of a recording that another worker leads, as long as nothing else waits.

    Whether to come back: pieces may be left, but a session of its own came first. What goes wrong
    here leaves the piece to the leader, who says how the session ends.
    """
    lease = patiently(lambda: pieces.claim(session_id, leader=False))
    if lease is None:
        return False
    with ExitStack() as stack:
        decode: Callable[[Piece, Progress], Decoded] | None = None
        while lease is not None:
            plan = lease.plan
            try:
                with Heartbeat(partial(pieces.heartbeat, lease)) as beat, _traced(lease, leader=False):
                    if decode is None:
                        session = TherapySession.objects.get(pk=session_id)
                        path = stack.enter_context(transcription.recording_path(session))
                        decode = stack.enter_context(transcription.engine().piecework(path))
                    _store(lease, decode(_adapters()[0].validate_python(lease.span), beat.progress))
            except Exception as error:
                # Only its type: a message could hold a patient's words.
                logger.warning("piece %d of session %s: %s", lease.number, session_id, type(error).__name__)
                patiently(partial(pieces.give_back, lease))
                return False
            if patiently(lambda: backlog.waits(pipeline.TRANSCRIPTION)):
                return True
            # The recording that is open here may not be the session's any more; its plan says so.
            lease = patiently(partial(pieces.claim, session_id, leader=False, plan=plan))
    return False


class SharedPieces:
    """`ml.transcription.pieces.Spread` over rows: the leader's side, see `sessions_app.pieces`."""

    def __init__(self, session: TherapySession) -> None:
        from ml.transcription.pieces import PieceOptions

        self._session = session
        self._share = 0.0
        self._plan = ""
        self.options = PieceOptions(
            from_ms=settings.SPREAD_FROM_SECONDS * 1000,
            piece_ms=settings.SPREAD_PIECE_SECONDS * 1000,
            most=settings.SPREAD_MOST_PIECES,
        )

    def offer(self, division: Sequence[Piece]) -> None:
        """Lay the pieces out and ask for help with all but the one that is taken here."""
        spans = [_adapters()[0].dump_python(piece, mode="json") for piece in division]
        recording = patiently(lambda: Recording.objects.get(session=self._session, deleted_at=None))
        engine = transcription.engine()
        made = [recording.storage_key, engine.engine, engine.model, engine.options.beam_size, spans]
        self._plan = hashlib.sha256(json.dumps(made).encode()).hexdigest()
        rows = [pieces.Division(span, piece.length_ms) for span, piece in zip(spans, division, strict=True)]
        left = patiently(lambda: pieces.offer(self._session, self._plan, rows))
        task: Task = import_string("sessions_app.tasks.help_transcribe")
        try:
            for _ in range(left - 1):
                task.apply_async(args=(str(self._session.pk),), **HELP)
        except Exception as error:
            # Without a broker nobody helps, and all is done here.
            logger.warning("broker: %s, no help with session %s", type(error).__name__, self._session.pk)

    def gather(self, decode: Callable[[Piece, Progress], Decoded], progress: Progress) -> list[Decoded]:
        """Decode what nobody else does, and wait for what is in other hands."""
        while True:
            self._report(progress)
            lease = patiently(lambda: pieces.claim(self._session.pk, leader=True, plan=self._plan))
            if lease is not None:
                self._decode(lease, decode, progress)
            elif patiently(lambda: pieces.all_done(self._session.pk)):
                break
            else:
                time.sleep(POLL_SECONDS)
        rows = patiently(lambda: pieces.passages(self._session.pk))
        return [_adapters()[1].validate_python(row) for row in rows]

    def _decode(
        self, lease: pieces.PieceLease, decode: Callable[[Piece, Progress], Decoded], progress: Progress
    ) -> None:
        written = time.monotonic()

        def watched(share: float) -> None:
            nonlocal written
            progress(self._share)
            if time.monotonic() - written >= PROGRESS_INTERVAL_SECONDS:
                self._report(progress, partial(pieces.heartbeat, lease, share))
                written = time.monotonic()

        with _traced(lease, leader=True):
            try:
                decoded = decode(_adapters()[0].validate_python(lease.span), watched)
            except BaseException:
                with suppress(*DATABASE_AWAY):
                    pieces.give_back(lease)
                raise
            _store(lease, decoded)

    def _report(self, progress: Progress, note: Callable[[], object] = lambda: None) -> None:
        try:
            note()
            self._share = pieces.share_done(self._session.pk)
        except DATABASE_AWAY:
            # It is only shown; the pieces themselves are waited for.
            renew_connection()
        progress(self._share)


def _traced(lease: pieces.PieceLease, *, leader: bool) -> AbstractContextManager[object]:
    return traced("piece", {"session_id": str(lease.session_id), "piece": lease.number, "leader": leader})


def _store(lease: pieces.PieceLease, decoded: Decoded) -> None:
    patiently(partial(pieces.store, lease, _adapters()[1].dump_python(decoded, mode="json")))


def _adapters() -> tuple[TypeAdapter[Piece], TypeAdapter[Decoded]]:
    from ml.transcription.pieces import DECODED, PIECE

    return PIECE, DECODED

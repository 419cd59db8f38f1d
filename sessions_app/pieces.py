"""The pieces of a divided recording as rows: offered, claimed under a lease, stored once.

As with sessions, the row is the record of work and the broker only carries a session's id. The
worker that holds the session's stage (the leader) divides, works on pieces itself, and joins;
other workers help where they have nothing else to do. So it ends with any number of helpers:

- a helper that dies costs its piece, which the leader takes once the lease has run out;
- a leader that dies costs its piece too: the next one finds what was decoded under the same plan;
- a helper takes only what nobody has tried, so a piece that kills workers meets one helper, and
  then the leader's bounded attempts;
- cancelled, failed or deleted, the session is not transcribing any more: helpers stop, as the
  leader does.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ml.errors import Cancelled
from sessions_app.clock import shared_now
from sessions_app.models import Status, TherapySession, TranscriptionPiece


@dataclass(frozen=True, slots=True)
class PieceLease:
    """The right to decode one piece."""

    pk: uuid.UUID
    session_id: uuid.UUID
    token: uuid.UUID
    plan: str
    number: int
    span: Any


@dataclass(frozen=True, slots=True)
class Division:
    """A piece as it is to be done: its span as JSON, and its length in ms."""

    span: Any
    length_ms: int


@transaction.atomic
def offer(session: TherapySession, plan: str, division: Sequence[Division]) -> int:
    """Lay the pieces out; what an earlier leader got done of the same plan stays. How many are open.

    Args:
        session: as it was when its stage was claimed, with that claim's token.

    Raises:
        Cancelled: the stage is in other hands by now, and so are its pieces.
    """
    leads = TherapySession.objects.select_for_update().filter(
        pk=session.pk, status=Status.TRANSCRIBING, lease_token=session.lease_token
    )
    if leads.first() is None:
        raise Cancelled
    mine = TranscriptionPiece.objects.filter(session=session)
    mine.exclude(plan=plan).delete()
    if mine.count() != len(division):
        mine.delete()
        TranscriptionPiece.objects.bulk_create(
            TranscriptionPiece(
                session=session, plan=plan, number=number, length_ms=part.length_ms, span=part.span
            )
            for number, part in enumerate(division)
        )
    return mine.filter(done_at=None).count()


def claim(session_id: uuid.UUID, *, leader: bool, plan: str = "") -> PieceLease | None:
    """Take a piece, of this plan if one is named; a helper gets no tried one, the leader lost ones too."""
    now = shared_now()
    free = Q(lease_token=None) | Q(lease_expires_at__lt=now)
    open_ = free if leader else Q(attempts=0, lease_token=None)
    pieces = TranscriptionPiece.objects.filter(
        open_, session_id=session_id, session__status=Status.TRANSCRIBING, done_at=None
    )
    if plan:
        pieces = pieces.filter(plan=plan)
    for pk, of_plan, number, span in pieces.values_list("pk", "plan", "number", "span"):
        token = uuid.uuid4()
        taken = TranscriptionPiece.objects.filter(open_, pk=pk, done_at=None).update(
            lease_token=token,
            lease_expires_at=now + timedelta(seconds=settings.STAGE_LEASE_SECONDS),
            attempts=F("attempts") + 1,
            progress=0.0,
        )
        if taken:
            return PieceLease(pk, session_id, token, of_plan, number, span)
    return None


def heartbeat(lease: PieceLease, progress: float | None = None) -> bool:
    """Extend the lease; False once it is lost or the session is not transcribed any more."""
    expiry = shared_now() + timedelta(seconds=settings.STAGE_LEASE_SECONDS)
    fields: dict[str, object] = {"lease_expires_at": expiry}
    if progress is not None:
        fields["progress"] = progress
    return _held(lease).update(**fields) == 1


def store(lease: PieceLease, passages: Any) -> bool:
    """Keep what was decoded; False when the lease was lost, and somebody else's result counts."""
    return (
        _held(lease).update(
            passages=passages, done_at=shared_now(), progress=1.0, lease_token=None, lease_expires_at=None
        )
        == 1
    )


def give_back(lease: PieceLease) -> None:
    """Leave the piece to the leader."""
    _held(lease).update(lease_token=None, lease_expires_at=None, progress=0.0)


def share_done(session_id: uuid.UUID) -> float:
    """How much of all pieces is decoded, 0 to 1, those in work included."""
    rows = TranscriptionPiece.objects.filter(session_id=session_id).values_list("length_ms", "progress")
    total = sum(length for length, _ in rows)
    return sum(length * progress for length, progress in rows) / total if total else 1.0


def all_done(session_id: uuid.UUID) -> bool:
    """Whether nothing is left to decode."""
    return not TranscriptionPiece.objects.filter(session_id=session_id, done_at=None).exists()


def passages(session_id: uuid.UUID) -> list[Any]:
    """What was decoded of each piece, in order."""
    rows = TranscriptionPiece.objects.filter(session_id=session_id).order_by("number")
    return list(rows.values_list("passages", flat=True))


def forget(session: TherapySession) -> None:
    """Remove the pieces: the transcript holds their words, or the recording is gone."""
    TranscriptionPiece.objects.filter(session=session).delete()


def _held(lease: PieceLease) -> Any:
    return TranscriptionPiece.objects.filter(
        pk=lease.pk, lease_token=lease.token, done_at=None, session__status=Status.TRANSCRIBING
    )

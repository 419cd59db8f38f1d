"""Sessions: made, changed, deleted, and their work retried or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Therapist
from core.errors import ApplicationError
from sessions_app import pipeline
from sessions_app.backlog import refuse_when_full
from sessions_app.models import Recording, Status, TherapySession, Upload
from sessions_app.services.guards import refuse_signed, session_locked_row
from sessions_app.services.media_erasure import erasure_plan, uploads_erase


def session_create(*, therapist: Therapist, fields: Mapping[str, Any]) -> TherapySession:
    """A new session; without a note format it takes the therapist's."""
    values = {"note_format": therapist.note_format, **fields}
    return TherapySession.objects.create(therapist=therapist, **values)


@transaction.atomic
def session_update(*, session_id: UUID, fields: Mapping[str, Any]) -> TherapySession:
    """Change what a session says about itself.

    Only the named columns are written: a stage that runs at this moment writes others.

    Raises:
        ApplicationError: `report_finalized` once signed.
    """
    session = session_locked_row(session_id)
    refuse_signed(session_id)
    for name, value in fields.items():
        setattr(session, name, value)
    session.save(update_fields=[*fields, "updated_at"])
    return session


@transaction.atomic
def session_delete(*, session_id: UUID) -> None:
    """Delete a session with its media; work on it stops, for its lease is gone with the row.

    Raises:
        ApplicationError: `report_finalized` once signed.
    """
    session = session_locked_row(session_id)
    refuse_signed(session_id)
    # A part that arrives now waits, and then finds its upload gone; else it would come between the
    # look for rows to delete and their deletion.
    list(Upload.objects.select_for_update().filter(session=session_id).values_list("pk"))
    session_media_erase(session_ids=[session_id])
    session.delete()


def session_media_erase(*, session_ids: list[UUID]) -> None:
    """Plan the erasure of every file of these sessions, within the caller's transaction."""
    recordings = Recording.objects.filter(session__in=session_ids)
    erasure_plan(recordings.values_list("storage_key", flat=True))
    # A file that a live row refers to is never erased, so the rows say that theirs is going.
    recordings.update(deleted_at=timezone.now())
    uploads_erase(Upload.objects.filter(session__in=session_ids))


@transaction.atomic
def session_retry(*, session_id: UUID) -> TherapySession:
    """Start the failed stage again.

    Raises:
        ApplicationError: `session_busy` while it runs, `report_finalized` once signed,
            `validation_error` when nothing failed or there is no recording any more,
            `queue_full`.
    """
    session = session_locked_row(session_id)
    refuse_signed(session_id)
    transcription = session.status == Status.FAILED and session.failed_stage == pipeline.TRANSCRIPTION.name
    if transcription and not Recording.objects.filter(session=session, deleted_at=None).exists():
        raise ApplicationError("validation_error", "There is no recording any more. Upload it again.")
    if session.status == Status.FAILED:
        refuse_when_full(pipeline.NAMED[session.failed_stage], session.therapist_id)
    pipeline.retry(session_id)
    return session


@transaction.atomic
def session_cancel(*, session_id: UUID) -> TherapySession:
    """Stop the work on a session; what is done so far stays.

    Raises:
        ApplicationError: `validation_error` when nothing is being worked on.
    """
    session = session_locked_row(session_id)
    pipeline.cancel(session_id)
    return session

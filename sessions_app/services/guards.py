"""May this session change now? The questions that every service asks first."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from core.errors import ApplicationError
from sessions_app import pipeline
from sessions_app.models import TherapySession


def session_locked_row(session_id: UUID) -> TherapySession:
    """The session, locked until the transaction ends, so that two changes come one after another.

    Raises:
        ApplicationError: `not_found` when it was deleted meanwhile.
    """
    row = TherapySession.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if row is None:
        raise ApplicationError("not_found")
    return row


def refuse_signed(session_id: UUID) -> None:
    """Raise `report_finalized` when the session's report is signed.

    Reports live a floor above; `settings.SESSION_LOCK` is the path of the function that knows.
    """
    if settings.SESSION_LOCK and import_string(settings.SESSION_LOCK)(session_id):
        raise ApplicationError("report_finalized")


def refuse_busy(session: TherapySession) -> None:
    """Raise `session_busy` while a stage waits or runs."""
    if session.status in pipeline.BUSY:
        raise ApplicationError("session_busy")


def refuse_changes(session: TherapySession) -> None:
    """Raise unless the session's content may change: not signed, and nobody working on it."""
    refuse_signed(session.pk)
    refuse_busy(session)


def content_replaced(session_id: UUID) -> None:
    """Tell the floors above that recording and transcript are gone, within the transaction."""
    for path in settings.SESSION_CONTENT_REPLACED_HOOKS:
        import_string(path)(session_id)

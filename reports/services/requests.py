"""Asking for a draft."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.errors import ApplicationError
from reports.models import Report
from sessions_app import pipeline
from sessions_app.backlog import refuse_when_full
from sessions_app.models import Transcript
from sessions_app.services.guards import refuse_busy, session_locked_row


@transaction.atomic
def report_request(*, session_id: UUID, note_format: str | None, sections: Sequence[str] | None) -> None:
    """Send a session to be drafted, the whole report or some sections of one that exists.

    Raises:
        ApplicationError: `report_finalized` once signed, `session_busy` while a stage waits or
            runs, `transcript_not_ready` without a transcript, `queue_full`.
    """
    session = session_locked_row(session_id)
    report = Report.objects.filter(session=session).first()
    if report is not None and report.is_signed:
        raise ApplicationError("report_finalized")
    refuse_busy(session)
    if not Transcript.objects.filter(session=session).exists():
        raise ApplicationError("transcript_not_ready")
    refuse_when_full(pipeline.REPORT, session.therapist_id)
    # A section alone is drafted in the arrangement that the report has by now.
    standing = report.note_format if report is not None else session.note_format
    request: dict[str, object] = {"note_format": note_format or standing}
    if sections and report is not None:
        request["sections"] = list(dict.fromkeys(sections))
    session.report_request = request
    session.save(update_fields=["report_request", "updated_at"])
    pipeline.start(session.pk, pipeline.REPORT)

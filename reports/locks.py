"""What floors below may ask through `settings.SESSION_LOCK`."""

from __future__ import annotations

from uuid import UUID

from reports.models import Report, ReportStatus


def session_is_signed(session_id: UUID) -> bool:
    """Whether the session's report is signed, so that nothing it rests on may change."""
    return Report.objects.filter(session_id=session_id, status=ReportStatus.FINALIZED).exists()

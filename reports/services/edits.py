"""Editing a report: all of a request or nothing of it, and a version for each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Therapist
from core.api.preconditions import refuse_mismatch
from core.errors import ApplicationError
from reports.models import Report, ReportStatus, RevisionKind
from reports.selectors import ReportContent, report_content
from reports.services.claim_edits import ClaimSheet
from reports.services.edit_request import edit_read
from reports.services.quotes import SegmentBook
from reports.services.revisions import content_of, version_add
from reports.services.risk_edits import flags_edit
from reports.services.signing import refuse_open, report_sign
from sessions_app.services.guards import refuse_busy, session_locked_row


@transaction.atomic
def report_edit(
    *, session_id: UUID, therapist: Therapist, sent: Any, if_match: str | None = None
) -> ReportContent:
    """Change a draft, and sign it when the edit says so; returns the report as it is then.

    1. Hold the session and the report, so that no draft and no other edit comes between.
    2. Refuse: signed, being drafted, changed since the client read it.
    3. Read what was sent as changes of what is stored.
    4. Claims, then risk flags, then the signature; and a version of it all.

    Raises:
        ApplicationError: `not_found`, `report_finalized`, `session_busy`, `edit_conflict`,
            `validation_error`, `unsupported_claims`, `risk_pending`.
        ValidationError: what was sent is not valid, by field.
    """
    session = session_locked_row(session_id)
    report = Report.objects.select_for_update().filter(session=session).first()
    if report is not None and report.is_signed:
        raise ApplicationError("report_finalized")
    refuse_busy(session)
    if report is None:
        raise ApplicationError("not_found", "There is no report of this session yet.")
    present = report_content(report)
    refuse_mismatch(if_match, present.etag)
    edit = edit_read(present, sent)
    before = content_of(report)

    book = SegmentBook(session.pk)
    if "note_format" in edit:
        report.note_format = edit["note_format"]
    sheet = ClaimSheet(report, book)
    sheet.apply(edit)
    sheet.save()
    flags_edit(report, edit.get("risk_flags", []), book, therapist)
    kind = RevisionKind.EDITED
    if edit.get("status") == ReportStatus.FINALIZED:
        kind = RevisionKind.FINALIZED
        refuse_open(report_content(report))
        report_sign(report, therapist)
    else:
        report.save(update_fields=["note_format"])
    version_add(report, kind=kind, before=before, author=therapist)
    return report_content(report)

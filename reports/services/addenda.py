"""Additions to a signed report."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Therapist
from core.errors import ApplicationError
from reports.models import Addendum, Report


@transaction.atomic
def addendum_create(*, session_id: UUID, therapist: Therapist, reason: str, text: str) -> Addendum:
    """Add to a signed report, under the name the clinician has now.

    Raises:
        ApplicationError: `not_found` without a report; `validation_error` while it is a draft,
            which can simply be edited.
    """
    report = Report.objects.select_for_update().filter(session_id=session_id).first()
    if report is None:
        raise ApplicationError("not_found", "There is no report of this session yet.")
    if not report.is_signed:
        raise ApplicationError("validation_error", "The report is not signed yet: edit it instead.")
    return Addendum.objects.create(
        report=report,
        author=therapist,
        author_name=therapist.full_name,
        author_credentials=therapist.credentials,
        reason=reason,
        text=text,
    )

"""Signing: refused while anything is open, and final."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Therapist
from core.errors import ApplicationError
from reports.models import Report, ReportStatus
from reports.selectors import ReportContent
from reports.services.revisions import human_share

UNSUPPORTED, UNCONFIRMED, RISK = "unsupported_claim", "unconfirmed_claim", "risk_pending"


def refuse_open(content: ReportContent) -> None:
    """Raise while a report may not be signed.

    `errors` lists the ids under `claims` and `risk_flags`, `open_points` is the report's own
    list. Where several kinds are open the code is that of the gravest: claims without a source,
    then risks without a decision, then claims to confirm.

    Raises:
        ApplicationError: `unsupported_claims` or `risk_pending`.
    """
    points = content.open_points
    if not points:
        return
    kinds = {point["kind"] for point in points}
    code = "risk_pending" if RISK in kinds and UNSUPPORTED not in kinds else "unsupported_claims"
    errors = {
        "claims": [str(point["id"]) for point in points if point["kind"] != RISK],
        "risk_flags": [str(point["id"]) for point in points if point["kind"] == RISK],
    }
    raise ApplicationError(
        code,
        errors={name: ids for name, ids in errors.items() if ids},
        extra={"open_points": [{**point, "id": str(point["id"])} for point in points]},
    )


def report_sign(report: Report, therapist: Therapist) -> None:
    """Fix the report, with its signer as they are now; the caller has asked `refuse_open`."""
    report.status = ReportStatus.FINALIZED
    report.finalized_at = timezone.now()
    report.finalized_by = therapist
    report.signer_name = therapist.full_name
    report.signer_credentials = therapist.credentials
    report.signer_license_number = therapist.license_number
    report.signed_human_share = human_share(report.claims.all())
    report.save()

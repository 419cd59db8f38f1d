"""What floors below tell through settings: the transcript changed, or its content was replaced."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from ml.schemas.report import ClaimState
from reports.models import Claim, Decision, Report, ReportStatus, RevisionKind, RiskFlag
from reports.services.quotes import EvidenceItem, SegmentBook, same_roles
from reports.services.revisions import content_of, version_add


@transaction.atomic
def transcript_changed(session_id: UUID, segment_ids: Collection[UUID | str]) -> None:
    """Check again what rests on changed, merged or removed segments; new segments may be named too.

    - A quote that moved into another of the named segments (a merge, a split) is followed.
    - A claim whose quote is gone is unsupported, until a correction or the clinician brings it back.
      The clinician's own claims stay theirs and lose only the quote.
    - A claim quoting somebody whose role was corrected has to be confirmed: "the client reports"
      may have become the therapist's words.
    - A risk flag whose quote is gone says so; in both cases a confirmed one waits for a decision.
    """
    report = Report.objects.select_for_update().filter(session_id=session_id).first()
    if report is None or report.is_signed:
        return
    changed = [str(segment_id) for segment_id in segment_ids]
    before = content_of(report)
    book = SegmentBook(session_id)
    for claim in report.claims.all():
        if _rests_on(claim.evidence, changed):
            _claim_recheck(claim, book, changed)
            claim.save()
    for flag in report.risk_flags.all():
        if _rests_on(flag.evidence, changed):
            _flag_recheck(flag, book, changed)
            flag.save()
    version_add(report, kind=RevisionKind.TRANSCRIPT_CHANGED, before=before, author=None)


@transaction.atomic
def content_replaced(session_id: UUID) -> None:
    """The recording or the transcript was replaced: the draft that rested on it goes with it."""
    Report.objects.filter(session_id=session_id).exclude(status=ReportStatus.FINALIZED).delete()


def _rests_on(evidence: list[EvidenceItem], changed: Collection[str]) -> bool:
    return any(item["segment"] in changed for item in evidence)


def _claim_recheck(claim: Claim, book: SegmentBook, changed: Collection[str]) -> None:
    evidence = [book.refreshed(item, changed) for item in claim.evidence]
    if claim.state == ClaimState.CLINICIAN_ADDED:
        claim.evidence = [item for item in evidence if book.holds(item)]
        return
    if not book.holds_all(evidence):
        claim.state = ClaimState.UNSUPPORTED.value
        claim.confirmed = False
    elif not same_roles(claim.evidence, evidence):
        claim.state = ClaimState.INFERRED.value
        claim.confirmed = False
    elif claim.state == ClaimState.UNSUPPORTED:
        # A correction gave the words back. Else the same quotes say what they said before.
        claim.state = book.state_of(claim.text, evidence).value
    claim.evidence = evidence


def _flag_recheck(flag: RiskFlag, book: SegmentBook, changed: Collection[str]) -> None:
    evidence = [book.refreshed(item, changed) for item in flag.evidence]
    flag.evidence_missing = not book.holds_all(evidence)
    doubtful = flag.evidence_missing or not same_roles(flag.evidence, evidence)
    if doubtful and flag.clinician_decision == Decision.CONFIRMED:
        flag.clinician_decision = Decision.PENDING
        flag.decided_at = flag.decided_by = None
    flag.evidence = evidence

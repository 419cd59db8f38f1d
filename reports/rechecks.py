"""What floors below tell through settings: the transcript changed, or its content was replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from accounts.models import Therapist
from ml.schemas.report import ClaimState
from reports.models import Claim, Decision, Report, ReportStatus, RevisionKind, RiskFlag
from reports.services.quotes import EvidenceItem, SegmentBook, same_roles, same_words
from reports.services.revisions import content_of, version_add


@transaction.atomic
def transcript_changed(session_id: UUID, segment_ids: Collection[UUID | str]) -> None:
    """Check again what rests on changed, merged or removed segments; new segments may be named too.

    - A quote that moved into another of the named segments (a merge, a split) is followed, and so is
      one of which a word or two were corrected: it quotes today's words, and the claim is judged by
      them again.
    - A passage whose words are gone is lost to its claim, which says so (`Claim.lost_evidence`).
      The claim stands on what is left; where that does not hold it, it is unsupported. An inferred
      one has to be confirmed again. The clinician's own claims stay theirs.
    - A claim quoting somebody whose role was corrected has to be confirmed: "the client reports"
      may have become the therapist's words.
    - A risk flag whose quote is gone says so; in both cases a confirmed one waits for a decision.
    - Words and roles that come back give the claim back what it was, and the flag its confirmation.
    """
    report = Report.objects.select_for_update().filter(session_id=session_id).first()
    if report is None or report.is_signed:
        return
    changed = [str(segment_id) for segment_id in segment_ids]
    before = content_of(report)
    book = SegmentBook(session_id)
    for claim in report.claims.all():
        if _rests_on([*claim.evidence, *claim.lost_evidence], changed):
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
    """Sort the passages into those that stand and those that are lost, and judge what is left.

    `claim.standing` holds all passages, with the roles as they were, for as long as something is
    lost or turned round.
    """
    seen = [book.refreshed(item, changed) for item in claim.evidence]
    turned_now = not same_roles(claim.evidence, seen)
    touched_now = not book.holds_all(seen) or _quotes(seen) != _quotes(claim.evidence)
    standing = claim.standing or {
        "state": claim.state,
        "confirmed": claim.confirmed,
        "evidence": claim.evidence,
    }
    whole = [book.refreshed(item, changed) for item in standing["evidence"]]
    kept = [item for item in whole if book.holds(item)]
    back = len(kept) > len(claim.evidence)
    turned = not same_roles(standing["evidence"], whole)
    claim.evidence = kept
    if len(kept) == len(whole) and not turned and same_words(kept):
        claim.standing = {}
        _give_back(claim, standing, book)
        return
    roles = [item.get("role", "") for item in standing["evidence"]]
    claim.standing = {
        **standing,
        "evidence": [{**item, "role": role} for item, role in zip(whole, roles, strict=True)],
    }
    if claim.state == ClaimState.CLINICIAN_ADDED:
        return
    if turned_now or touched_now or (back and claim.state == ClaimState.UNSUPPORTED):
        touched = len(kept) < len(whole) or not same_words(kept)
        claim.state = _doubted(claim, standing["state"], book, touched=touched, turned=turned).value
        claim.confirmed = False


def _give_back(claim: Claim, standing: Mapping[str, Any], book: SegmentBook) -> None:
    """Words and roles are what they were, so the claim is, too; one that was unsupported is judged."""
    if claim.state == ClaimState.CLINICIAN_ADDED:
        return
    claim.state, claim.confirmed = standing["state"], standing["confirmed"]
    if claim.state == ClaimState.UNSUPPORTED:
        claim.state = book.state_of(claim.text, claim.evidence).value


def _doubted(claim: Claim, was: str, book: SegmentBook, *, touched: bool, turned: bool) -> ClaimState:
    """The state of a claim of which a passage is lost or reads otherwise, or whose speaker was corrected."""
    held = book.state_of(claim.text, claim.evidence)
    if held == ClaimState.UNSUPPORTED:
        return held
    if touched and was != ClaimState.INFERRED and held != ClaimState.SUPPORTED:
        return ClaimState.UNSUPPORTED
    if turned or was == ClaimState.INFERRED:
        return ClaimState.INFERRED
    return ClaimState.SUPPORTED


def _flag_recheck(flag: RiskFlag, book: SegmentBook, changed: Collection[str]) -> None:
    """Set a confirmed flag whose words or speakers changed back to pending, until they come back."""
    before = flag.evidence
    flag.evidence = [book.refreshed(item, changed) for item in before]
    flag.evidence_missing = not book.holds_all(flag.evidence)
    if flag.clinician_decision == Decision.CONFIRMED:
        if (
            flag.evidence_missing
            or not same_roles(before, flag.evidence)
            or _quotes(flag.evidence) != _quotes(before)
        ):
            flag.standing = {
                "decided_at": flag.decided_at.isoformat() if flag.decided_at else None,
                "decided_by": str(flag.decided_by_id or ""),
                "evidence": before,
            }
            flag.clinician_decision = Decision.PENDING
            flag.decided_at = flag.decided_by = None
        return
    if flag.standing and not flag.evidence_missing and _reads_as(flag.evidence, flag.standing["evidence"]):
        _decision_give_back(flag)


def _reads_as(now: list[EvidenceItem], before: list[EvidenceItem]) -> bool:
    return _quotes(now) == _quotes(before) and same_roles(before, now)


def _quotes(evidence: list[EvidenceItem]) -> list[str]:
    return [str(item["quote"]) for item in evidence]


def _decision_give_back(flag: RiskFlag) -> None:
    """Words and roles are what the clinician confirmed, so it is confirmed, by whom and when it was."""
    standing, flag.standing = flag.standing, {}
    flag.clinician_decision = Decision.CONFIRMED
    flag.decided_at = parse_datetime(standing["decided_at"] or "")
    decided_by = str(standing["decided_by"])
    flag.decided_by = Therapist.objects.filter(pk=decided_by).first() if decided_by else None

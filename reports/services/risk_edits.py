"""The clinician's decisions on risk flags, corrections of them, and flags of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Therapist
from ml.schemas.report import Polarity, Severity, Subject, Timeframe
from reports.models import Decision, Report, RiskFlag
from reports.services.field_errors import item_error
from reports.services.quotes import SegmentBook
from reports.services.risk_merge import CLINICIAN

Item = Mapping[str, Any]


def flags_edit(report: Report, items: Sequence[Item], book: SegmentBook, therapist: Therapist) -> None:
    """Take over the flags of a validated edit; those not named stay as they are.

    Raises:
        ApplicationError: `validation_error` with the place: an unknown id, a dismissal without a
            rationale, a denial without the denying words, words that are not in the segment.
    """
    rows = {str(row.pk): row for row in report.risk_flags.all()}
    seen: set[str] = set()
    for index, item in enumerate(items):
        if "id" in item:
            key = str(item["id"])
            if key not in rows or key in seen:
                raise item_error("risk_flags", index, "id", "There is no such flag, or it is named twice.")
            seen.add(key)
            row = rows[key]
            row.standing = {}  # what they say of it now counts
        else:
            row = _new(report, item, place=len(rows) + index)
        _correct(index, row, item, book)
        _decide(index, row, item, therapist, new="id" not in item)
        row.save()


def _new(report: Report, item: Item, place: int) -> RiskFlag:
    return RiskFlag(
        report=report,
        category=item["category"],
        polarity=item["polarity"],
        severity=Severity.MODERATE.value,
        subject=Subject.CLIENT.value,
        timeframe=Timeframe.UNCLEAR.value,
        sources=[CLINICIAN],
        order=place,
    )


def _correct(index: int, row: RiskFlag, item: Item, book: SegmentBook) -> None:
    for name in ("severity", "subject", "timeframe", "level", "rationale"):
        if name in item:
            setattr(row, name, item[name])
    if "behaviour" in item:
        row.behaviour = item["behaviour"] or ""
    if "evidence" in item:
        found = [book.locate(str(quote["segment"]), quote["quote"]) for quote in item["evidence"]]
        if None in found:
            raise item_error("risk_flags", index, "evidence", "These words do not stand in that segment.")
        row.evidence = found
        row.evidence_missing = False
    if row.polarity == Polarity.DENIED and not row.evidence:
        raise item_error("risk_flags", index, "evidence", "A denial needs the denying words.")


def _decide(index: int, row: RiskFlag, item: Item, therapist: Therapist, *, new: bool) -> None:
    decision = item.get("clinician_decision", Decision.CONFIRMED if new else row.clinician_decision)
    if decision == Decision.DISMISSED and not row.rationale:
        raise item_error("risk_flags", index, "rationale", "Say why this is not a risk.")
    if decision == Decision.CONFIRMED and row.evidence_missing:
        # The words went with a correction of the transcript: what does the decision rest on?
        if row.polarity == Polarity.DENIED:
            raise item_error("risk_flags", index, "evidence", "A denial needs the denying words.")
        if not row.rationale:
            raise item_error("risk_flags", index, "rationale", "The words are gone: say what it rests on.")
    if decision != row.clinician_decision or new:
        row.clinician_decision = decision
        pending = decision == Decision.PENDING
        row.decided_at = None if pending else timezone.now()
        row.decided_by = None if pending else therapist

"""Bringing newly found risk flags together with those a clinician has already looked at.

Missing a risk statement is worse than flagging one too many, so a flag somebody decided on never
disappears because a model did not find it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ml.schemas.report import RiskFlag as FlagRecord
from reports.models import Decision, Report, RiskFlag
from reports.services.quotes import SegmentBook

CLINICIAN = "clinician"
"""The source of a flag that the clinician added."""


def flags_merge(report: Report, found: Iterable[FlagRecord], book: SegmentBook, *, keep_all: bool) -> None:
    """Replace a report's flags by those found now.

    - The same category, polarity and words: the row stays, with the clinician's decision; while
      it is pending it takes over what was found now.
    - Not found again: stays when the clinician added it, or decided on it and its words are
      still in the transcript; else it goes. With `keep_all` (only some sections were drafted)
      it stays.
    """
    old = list(report.risk_flags.all())
    unmatched = list(old)
    present: list[RiskFlag] = []
    for record in found:
        row = _same(record, unmatched)
        if row is None:
            row = RiskFlag(report=report)
            _take_over(row, record, book)
        else:
            unmatched.remove(row)
            row.evidence_missing = False
            if row.clinician_decision == Decision.PENDING:
                _take_over(row, record, book)
        present.append(row)
    for row in unmatched:
        holds = book.holds_all(row.evidence)
        decided = row.clinician_decision != Decision.PENDING
        if keep_all or CLINICIAN in row.sources or (decided and holds):
            row.evidence_missing = bool(row.evidence) and not holds
            present.append(row)
    present.sort(key=_time)
    for place, row in enumerate(present):
        row.order = place
    stays = {row.pk for row in present}
    RiskFlag.objects.filter(pk__in=[row.pk for row in old if row.pk not in stays]).delete()
    for row in present:
        row.save()


def _same(record: FlagRecord, rows: Sequence[RiskFlag]) -> RiskFlag | None:
    """The row of the same statement; of several the one with the same subject and time."""
    words = _words(item.quote for item in record.evidence)
    alike = [
        row
        for row in rows
        if row.category == record.category
        and row.polarity == record.polarity
        and _words(item["quote"] for item in row.evidence) == words
    ]
    exact = [row for row in alike if (row.subject, row.timeframe) == (record.subject, record.timeframe)]
    return next(iter(exact or alike), None)


def _words(quotes: Iterable[str]) -> list[str]:
    return sorted(" ".join(quote.split()).casefold() for quote in quotes)


def _take_over(row: RiskFlag, record: FlagRecord, book: SegmentBook) -> None:
    row.category = record.category.value
    row.polarity = record.polarity.value
    row.severity = record.severity.value
    row.subject = record.subject.value
    row.timeframe = record.timeframe.value
    row.confidence = record.confidence
    row.level = record.level
    row.behaviour = record.behaviour.value if record.behaviour is not None else ""
    row.evidence = book.attributed(record.evidence)
    row.sources = list(record.sources)
    row.standing = {}


def _time(row: RiskFlag) -> tuple[int, Any]:
    """Flags stand in the transcript's order; those without words come last."""
    first: int | None = min((item["start_ms"] for item in row.evidence), default=None)
    return (1, 0) if first is None else (0, first)

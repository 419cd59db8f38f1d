"""Findings of all readers joined into flags with verbatim evidence."""

from __future__ import annotations

from collections.abc import Sequence

from ml.evidence.risk.finding import Finding
from ml.schemas.report import Evidence, Polarity, RiskBehaviour, RiskFlag, Severity
from ml.schemas.transcript import Segment

_RANK = {Severity.LOW: 0, Severity.MODERATE: 1, Severity.HIGH: 2}
_BEHAVIOUR_RANK = list(RiskBehaviour)


def flags_of(segments: Sequence[Segment], found: Sequence[Sequence[Finding]]) -> list[RiskFlag]:
    """One flag for each category, polarity, subject and time within a statement.

    Endorsed findings of a turn are one statement; denials of different clauses stay apart,
    since denying a plan and denying to act are two things.
    """
    flags: list[RiskFlag] = []
    for index, findings in enumerate(found):
        groups: dict[tuple[object, ...], list[Finding]] = {}
        for item in sorted(findings, key=lambda item: (item.start, item.end)):
            key = (item.category, item.polarity, item.subject, item.timeframe)
            groups.setdefault(key, []).append(item)
        for items in groups.values():
            for cluster in _clusters(items):
                flags.append(_flag(segments, index, cluster))
    return flags


def _clusters(items: list[Finding]) -> list[list[Finding]]:
    if items[0].polarity is not Polarity.DENIED:
        return [items]
    clusters: list[list[Finding]] = []
    for item in (item for item in items if _apart_inside(item, items) < 2):
        if clusters and item.start < max(other.end for other in clusters[-1]):
            clusters[-1].append(item)
        else:
            clusters.append([item])
    return clusters


def _apart_inside(whole: Finding, items: list[Finding]) -> int:
    """How many findings that don't overlap lie within one: two or more say the same more exactly."""
    count, end = 0, whole.start
    for item in sorted(items, key=lambda item: item.end):
        narrower = whole.start <= item.start and item.end <= whole.end
        if narrower and item.end - item.start < whole.end - whole.start and item.start >= end:
            count, end = count + 1, item.end
    return count


def _flag(segments: Sequence[Segment], index: int, items: list[Finding]) -> RiskFlag:
    first = items[0]
    evidence: list[Evidence] = []
    for question in sorted({item.question for item in items if item.question is not None}):
        evidence.append(evidence_of(segments[question], 0, len(segments[question].text)))
    spans: list[list[int]] = []
    for item in items:
        if spans and item.start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], item.end)
        else:
            spans.append([item.start, item.end])
    evidence.extend(evidence_of(segments[index], start, end) for start, end in spans)
    levels = [item.level for item in items if item.level is not None]
    behaviours = [item.behaviour for item in items if item.behaviour is not None]
    return RiskFlag(
        category=first.category,
        polarity=first.polarity,
        severity=max((item.severity for item in items), key=_RANK.__getitem__),
        subject=first.subject,
        timeframe=first.timeframe,
        confidence=max(item.confidence for item in items),
        level=max(levels, default=None),
        behaviour=max(behaviours, key=_BEHAVIOUR_RANK.index, default=None),
        evidence=evidence,
        sources=sorted({item.source for item in items}),
    )


def evidence_of(segment: Segment, start: int, end: int) -> Evidence:
    """The words ``segment.text[start:end]`` with the times of those words where there are any."""
    quote = segment.text[start:end].strip()
    start_ms, end_ms = segment.start_ms, segment.end_ms
    if segment.words:
        place = 0
        inside = []
        for word in segment.words:
            found = segment.text.find(word.text.strip(), place)
            if found < 0:
                continue
            place = found + len(word.text.strip())
            if place > start and found < end:
                inside.append(word)
        if inside:
            start_ms, end_ms = inside[0].start_ms, inside[-1].end_ms
    return Evidence(segment=segment.id, start_ms=start_ms, end_ms=end_ms, quote=quote)

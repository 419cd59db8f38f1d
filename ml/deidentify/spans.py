"""A stretch of text that identifies somebody, and what stands in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is taken out; its value is the placeholder's word."""

    NAME = "NAME"
    PLACE = "PLACE"
    ORGANIZATION = "ORGANIZATION"
    GROUP = "GROUP"
    CONTACT = "CONTACT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    AGE = "AGE"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text."""

    start: int
    end: int
    kind: Kind


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order without overlap; of two that overlap the whole is taken, as the longer's kind."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.start - s.end)):
        if result and span.start < result[-1].end:
            last = result[-1]
            longer = max(last, span, key=lambda s: s.end - s.start)
            result[-1] = Span(last.start, max(last.end, span.end), longer.kind)
        else:
            result.append(span)
    return result

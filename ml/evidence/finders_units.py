"""Cutting segments into units: the sentences evidence is quoted in.

A unit keeps its place in the segment, so that its text is verbatim by construction. Very short
sentences ("Low.") stay with the next one, very long ones are cut at a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ml.schemas.transcript import Segment, SpeakerRole

MAX_WORDS = 48
"""A unit longer than this is cut at a clause boundary."""

_END = re.compile(r"[.!?…؟۔。！？]+[\"'”’)\]]*(?=\s|$)|(?<=[。！？])")
_ABBREVIATION = re.compile(r"(?:^|\s)(?:dr|mr|mrs|ms|st|vs|etc|e\.g|i\.e|approx|no|prof|jr|sr)\.$", re.I)
_CLAUSE = re.compile(r"(?:;|,)\s+(?=(?:and|but|so|because|then|which|or)\b)|;\s+|\s+-{1,2}\s+", re.I)
_FILLERS = re.compile(
    r"\b(?:u+h+m*|u+m+|e+r+m*|h+m+|you know|i mean|kind of|sort of|kinda|like)\b,?|\bwell,|\bactually,|--+",
    re.I,
)
_OPENING = re.compile(r"(?:[\s,;-]|\[[^\]]*\])*")
_TAGS = re.compile(r"\[[^\]]*\]|\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of one segment; `position` is its place in the session, 0 to 1."""

    segment: Segment
    start: int
    end: int
    position: float
    first: bool

    @property
    def text(self) -> str:
        """The words as they stand in the segment."""
        return self.segment.text[self.start : self.end]

    @property
    def role(self) -> SpeakerRole:
        """Who speaks."""
        return self.segment.role

    @property
    def cue_text(self) -> str:
        """The text as the cue rules read it: lower case, straight apostrophes, no fillers."""
        text = _TAGS.sub(" ", self.text.replace("’", "'").lower())
        text = _FILLERS.sub(" ", text)
        return re.sub(r"\s+", " ", re.sub(r"\s+([,.?!])", r"\1", text)).strip(" ,")

    @property
    def is_question(self) -> bool:
        """Whether it is asked."""
        return self.text.rstrip(" \"'”’)").endswith(("?", "؟", "？"))


def word_count(text: str) -> int:
    """Words separated by white space."""
    return len(text.split())


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text[start : match.end()]):
            continue
        if text[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a long sentence into pieces of at most MAX_WORDS words, at clauses where possible."""
    while word_count(text[start:end]) > MAX_WORDS:
        cuts = [start + m.end() for m in _CLAUSE.finditer(text[start:end])]
        good = [
            c for c in cuts if 8 <= word_count(text[start:c]) <= MAX_WORDS and word_count(text[c:end]) >= 5
        ]
        if good:
            cut = good[-1]
        else:
            spaces = [start + m.end() for m in re.finditer(r"\s+", text[start:end])]
            cut = spaces[min(MAX_WORDS, len(spaces)) - 1]
        yield start, cut
        start = cut
    yield start, end


def units_of(segments: Sequence[Segment]) -> list[Unit]:
    """All units of a session in order."""
    total = max(1, sum(len(s.text) for s in segments))
    seen = 0
    units: list[Unit] = []
    for segment in segments:
        text = segment.text
        spans: list[tuple[int, int]] = []
        waiting: int | None = None
        for start, end in _sentences(text):
            begin = start if waiting is None else waiting
            # "Low. Maybe a three out of ten." says something only together.
            if word_count(text[begin:end]) < 4:
                waiting = begin
                continue
            waiting = None
            spans.extend(_clauses(text, begin, end))
        if waiting is not None:
            if spans and word_count(text[spans[-1][0] : spans[-1][1]]) < MAX_WORDS - 4:
                spans[-1] = (spans[-1][0], len(text))
            else:
                spans.append((waiting, len(text)))
        for number, (raw_start, raw_end) in enumerate(spans):
            piece = text[raw_start:raw_end]
            opening = _OPENING.match(piece)
            start = raw_start + (opening.end() if opening else 0)
            end = raw_start + len(piece.rstrip())
            if start < end:
                units.append(Unit(segment, start, end, (seen + start) / total, number == 0))
        seen += len(text)
    return units

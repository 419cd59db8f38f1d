"""What is known of the people in a session, and where it stands in a text.

Names are found as a recognizer may have written them: whatever the case and accents, with an
apostrophe, and misspelt by a letter or two. To take one word too many out is the lesser harm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from ml.deidentify.spans import Kind, Span

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTICLES = frozenset(
    "van von der den de di da la le el al bin ibn abu of the and dr mr mrs ms prof st".split()
)
_LEAST_LETTERS = 3
_FUZZY_LETTERS = 5
_FUZZY_RATIO = 80.0
_DIGITS_OF_A_NUMBER = 5


@dataclass(frozen=True, slots=True)
class KnownIdentifiers:
    """What the chart knows of the people: `names` whole ("Maya Petrov"), `phrases` that are taken
    out as they stand (clinic, place, e-mail), `numbers` by their digits (telephone, record number)."""

    names: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()

    def name_words(self) -> frozenset[str]:
        """The folded words of all names, without particles and initials."""
        words = (fold(word) for name in self.names for word in _WORD.findall(name))
        return frozenset(w for w in words if len(w) >= _LEAST_LETTERS and w not in _PARTICLES)

    def spans(self, text: str) -> Iterator[Span]:
        """Where any of it stands in the text."""
        yield from self._name_spans(text)
        for phrase in self.phrases:
            if len(phrase.strip()) >= _LEAST_LETTERS:
                for match in re.finditer(_loose(phrase), text, re.IGNORECASE):
                    yield Span(match.start(), match.end(), Kind.PLACE)
        for number in self.numbers:
            digits = re.sub(r"\D", "", number)
            if len(digits) >= _DIGITS_OF_A_NUMBER:
                for match in re.finditer(r"\D{0,2}".join(digits[-9:]), text):
                    yield Span(match.start(), match.end(), Kind.NUMBER)
        for day in self.dates:
            for match in re.finditer(_written_date(day), text, re.IGNORECASE):
                yield Span(match.start(), match.end(), Kind.DATE)

    def _name_spans(self, text: str) -> Iterator[Span]:
        names = self.name_words()
        for match in _WORD.finditer(text):
            word = fold(match.group())
            bare = re.sub(r"'s?$", "", word)
            if bare in names or (
                match.group()[0].isupper()
                and len(bare) >= _FUZZY_LETTERS
                and any(fuzz.ratio(bare, name) >= _FUZZY_RATIO for name in names)
            ):
                yield Span(match.start(), match.start() + len(bare), Kind.NAME)


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes straight: for comparing names."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _loose(phrase: str) -> str:
    return r"\s+".join(re.escape(word) for word in phrase.split())


def _written_date(day: date) -> str:
    month = f"(?:{day:%B}|{day:%b})"
    return "|".join(
        (
            rf"\b{day.day}(?:st|nd|rd|th)?\s+(?:of\s+)?{month}(?:,?\s+{day.year})?\b",
            rf"\b{month}\s+{day.day}(?:st|nd|rd|th)?(?:,?\s+{day.year})?\b",
            rf"\b{day.year}[-/.]0?{day.month}[-/.]0?{day.day}\b",
            rf"\b0?(?:{day.day}[-/.]0?{day.month}|{day.month}[-/.]0?{day.day})[-/.](?:{day.year}|{day:%y})\b",
        )
    )

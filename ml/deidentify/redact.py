"""Puts placeholders in the place of what identifies; the same person keeps the same placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from ml.deidentify.identifiers import KnownIdentifiers, fold
from ml.deidentify.patterns import pattern_spans
from ml.deidentify.spans import Kind, Span, merged


class SpanFinder(Protocol):
    """Anything that finds identifying stretches of a text."""

    def spans(self, text: str) -> Iterator[Span]:
        """Where they stand."""
        ...


class Redactor:
    """De-identifies the texts of one session: "Leila" is [NAME_1] in every text given to it.

    Args:
        known: what the chart knows of the people.
        entities: finds what the chart does not know.
        texts: all texts of the session. What is found in one of them is taken out of all: the same
            name is easy to see in one sentence and hard in the next.
    """

    def __init__(self, known: KnownIdentifiers, entities: SpanFinder, texts: Iterable[str] = ()) -> None:
        self._known = known
        self._entities = entities
        self._numbers: dict[tuple[Kind, str], int] = {}
        self._seen: dict[str, Kind] = {}
        for text in texts:
            for span in entities.spans(text):
                self._seen |= dict.fromkeys(_parts(text[span.start : span.end], span.kind), span.kind)

    def __call__(self, text: str) -> str:
        """The text with placeholders such as [NAME_1]."""
        found = [
            *self._known.spans(text),
            *pattern_spans(text),
            *self._entities.spans(text),
            *self._seen_spans(text),
        ]
        parts, end = [], 0
        for span in merged(found):
            parts += [text[end : span.start], self._placeholder(span, text[span.start : span.end])]
            end = span.end
        return "".join([*parts, text[end:]])

    def _seen_spans(self, text: str) -> Iterator[Span]:
        for words, kind in self._seen.items():
            for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text):
                yield Span(match.start(), match.end(), kind)

    def _placeholder(self, span: Span, words: str) -> str:
        key = (span.kind, fold(words).strip())
        if key not in self._numbers:
            self._numbers[key] = 1 + sum(kind == span.kind for kind, _ in self._numbers)
        return f"[{span.kind.value}_{self._numbers[key]}]"


def _parts(words: str, kind: Kind) -> list[str]:
    """A person is also called by each part of the name; lower case alone is too common to look for."""
    if kind is not Kind.NAME:
        return [words]
    return [words, *(part for part in words.split() if len(part) > 2 and part[0].isupper())]


def leaks(text: str, known: KnownIdentifiers) -> frozenset[Kind]:
    """What a de-identified text still holds: the kinds only, never the words.

    It looks at the text written together too ("may a petrov"), which the redaction does not.
    """
    found = {span.kind for span in (*known.spans(text), *pattern_spans(text))}
    together = "".join(c for c in fold(text) if c.isalnum())
    whole = ("".join(c for c in fold(name) if c.isalnum()) for name in (*known.names, *known.phrases))
    if any(len(name) >= 6 and name in together for name in whole):
        found.add(Kind.NAME)
    return frozenset(found)

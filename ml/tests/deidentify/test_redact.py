"""What identifies is taken out; what a clinician needs stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ml.deidentify.identifiers import KnownIdentifiers
from ml.deidentify.redact import Redactor, leaks
from ml.deidentify.spans import Kind, Span, merged

KNOWN = KnownIdentifiers(
    names=("Katherine O'Neil-Marsh", "Dr. Ana van der Berg"),
    phrases=("Northside Clinic", "kate@ex.org"),
    numbers=("+44 7700 900123", "MRN-55120"),
    dates=(date(1984, 5, 3),),
)


class NoEntities:
    """The chart and the patterns alone."""

    def spans(self, text: str) -> Iterator[Span]:
        """Nothing."""
        yield from ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Catherine said hello.", "[NAME_1] said hello."),
        ("mrs o’neil and MARSH", "mrs [NAME_1] and [NAME_2]"),
        ("Katherine's mother", "[NAME_1]'s mother"),
        ("We met at the northside   clinic.", "We met at the [PLACE_1]."),
        ("Call 07700 900 123 now", "Call [NUMBER_1] now"),
        ("record 55120", "record [NUMBER_1]"),
        ("born on May 3rd, 1984", "born on [DATE_1]"),
        ("on 3/5/84", "on [DATE_1]"),
        ("write to a.b@example.com or www.example.org/x", "write to [CONTACT_1] or [CONTACT_2]"),
        ("my mail is kate at example dot com", "my mail is [CONTACT_1]"),
        ("oh seven seven oh oh nine", "[NUMBER_1]"),
        ("I live at 12 Elm Street", "I live at [PLACE_1]"),
        ("I live on Elm Street 12", "I live on [PLACE_1]"),
        ("I am 93 years old", "I am [AGE_1] years old"),
        ("SW1A 1AA", "[PLACE_1]"),
    ],
)
def test_what_identifies_is_taken_out(text: str, expected: str) -> None:
    redacted = Redactor(KNOWN, NoEntities())(text)

    assert redacted == expected
    assert leaks(redacted, KNOWN) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "I took 12 of my old painkillers two weeks ago.",
        "Client walks down the street every evening, 20 minutes, and takes 20 mg at 9 am.",
        "PHQ-9 was 14, item 9 was 1.",
        "I was born in 1984 and I am 40 years old.",
        "of and the van",
    ],
)
def test_what_a_clinician_needs_stays(text: str) -> None:
    assert Redactor(KNOWN, NoEntities())(text) == text


def test_the_same_person_keeps_the_placeholder_in_every_text_of_the_session() -> None:
    redact = Redactor(KNOWN, NoEntities())

    assert redact("Katherine called Ana.") == "[NAME_1] called [NAME_2]."
    assert redact("ANA called katherine.") == "[NAME_2] called [NAME_1]."


def test_a_leak_is_told_by_its_kind_alone() -> None:
    assert leaks("kather ine oneil marsh", KNOWN) == frozenset({Kind.NAME})
    assert leaks("0770 0900123", KNOWN) == frozenset({Kind.NUMBER})
    assert leaks("[NAME_1] sleeps badly.", KNOWN) == frozenset()


def test_overlapping_spans_become_one_of_the_longer_kind() -> None:
    assert merged([Span(4, 9, Kind.NAME), Span(0, 6, Kind.PLACE), Span(9, 10, Kind.DATE)]) == [
        Span(0, 9, Kind.PLACE),
        Span(9, 10, Kind.DATE),
    ]

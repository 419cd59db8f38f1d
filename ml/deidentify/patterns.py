"""What identifies somebody by its form alone: contacts, long numbers, dates, addresses, great age.

The classes follow the Safe Harbor list of 45 CFR 164.514(b)(2); a year alone may stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ml.deidentify.spans import Kind, Span

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|"
    r"twentieth|twenty[- ]\w+|thirtieth|thirty[- ]first)"
)
_STREET = (
    r"(?:street|st\.|road|rd\.|avenue|ave\.?|lane|drive|court|square|close|boulevard|blvd\.?|terrace|"
    r"crescent)"
)

_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"

_ANY_CASE: tuple[tuple[Kind, str], ...] = (
    (Kind.CONTACT, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (Kind.CONTACT, r"\b[\w.+-]+ at [\w-]+ dot (?:com|org|net|edu|co|de|uk)\b"),
    (Kind.CONTACT, r"\b(?:https?://|www\.)\S+"),
    (Kind.CONTACT, r"\b[\w-]+\.(?:com|org|net|edu|gov)\b"),
    (Kind.CONTACT, r"(?<!\w)@\w{3,}"),
    (Kind.NUMBER, r"\+?\(?\d(?:[\s().-]{0,2}\d){5,}"),
    (Kind.NUMBER, rf"\b{_DIGIT}(?:[\s,-]+{_DIGIT}){{5,}}\b"),
    (Kind.DATE, rf"\b{_ORDINAL}\s+(?:of\s+)?{_MONTH}\b(?:,?\s+\d{{4}})?"),
    (Kind.DATE, rf"\b{_MONTH}\s+(?:the\s+)?{_ORDINAL}\b(?:,?\s+\d{{4}})?"),
    (Kind.DATE, r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b"),
    (Kind.PLACE, rf"\b\d+\s+(?:\w+\s+){{1,3}}{_STREET}(?!\w)"),
    (Kind.AGE, r"\b(?:9\d|1[01]\d)(?=[\s-]*(?:years?|yrs?)\b|-year)"),
)
# Where capitals tell a name from a word: "down the street" stays.
_AS_WRITTEN: tuple[tuple[Kind, str], ...] = (
    (Kind.NUMBER, r"\b(?=[A-Z\d-]*[A-Z])[A-Z\d-]*\d{3,}[A-Z\d-]*\b"),
    (Kind.PLACE, rf"\b(?:[A-Z]\w+\s+){{1,3}}(?i:{_STREET})(?:\s+\d+\w?)?(?!\w)"),
    (Kind.PLACE, r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"),
)
_PATTERNS = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ANY_CASE]
_PATTERNS += [(kind, re.compile(pattern)) for kind, pattern in _AS_WRITTEN]


def pattern_spans(text: str) -> Iterator[Span]:
    """Where the text holds anything of these forms."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), kind)

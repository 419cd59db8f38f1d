"""Short statements as lines of JSON, and flags as the plain fields of ``find_risk``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ml.schemas.report import RiskFlag


class StatementError(ValueError):
    """A line that is no statement; the message names what is wrong, never the words in it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A few turns under one id."""

    id: str
    turns: tuple[tuple[str, str], ...]
    language: str


def read_statement(line: str, language: str = "") -> Statement:
    """Read ``{"id", "turns": [{"speaker", "text"}]}``; the language is guessed if not given.

    Raises:
        StatementError: the line is not JSON or lacks a field.
    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise StatementError(f"not JSON (column {error.colno}: {error.msg})") from None
    if not isinstance(record, dict):
        raise StatementError("not an object with id and turns")
    if not isinstance(record.get("id"), str | int):
        raise StatementError('"id" is missing or neither text nor number')
    turns = record.get("turns")
    if not isinstance(turns, list) or not turns:
        raise StatementError('"turns" is missing or empty')
    pairs: list[tuple[str, str]] = []
    for place, turn in enumerate(turns):
        if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
            raise StatementError(f'turns[{place}] has no "text"')
        speaker = turn.get("speaker", turn.get("role", "client"))
        pairs.append((str(speaker), turn["text"]))
    stated = language or (record["language"] if isinstance(record.get("language"), str) else "")
    return Statement(
        str(record["id"]), tuple(pairs), stated or guessed_language(" ".join(text for _, text in pairs))
    )


def guessed_language(text: str) -> str:
    """ "ar" where most letters are Arabic script, else "en"."""
    letters = [letter for letter in text if letter.isalpha()]
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in letters)
    return "ar" if arabic * 2 > len(letters) else "en"


def flags_as_dicts(flags: Sequence[RiskFlag]) -> list[dict[str, str]]:
    """Category, polarity, subject, timeframe and the quote; several quotes are joined by " … "."""
    return [
        {
            "category": flag.category.value,
            "polarity": flag.polarity.value,
            "subject": flag.subject.value,
            "timeframe": flag.timeframe.value,
            "quote": " … ".join(evidence.quote for evidence in flag.evidence),
        }
        for flag in flags
    ]

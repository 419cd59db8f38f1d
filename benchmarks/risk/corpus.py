"""The training statements of the risk encoder: our own words, one file for each writer.

A line is ``CODES | TEXT``. A code is a category and a mark, ``0`` says that there is no risk in the
line. The text is what a client says, or a dialogue with ``T:`` and ``C:`` before each turn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "statements"
CATEGORIES = {
    "su": "suicide",
    "sh": "self_harm",
    "ho": "harm_to_others",
    "ca": "child_abuse",
    "ea": "elder_or_dependent_abuse",
    "pv": "intimate_partner_violence",
    "ps": "psychosis",
    "sb": "substance_use",
    "gd": "grave_disability",
    "md": "medication",
}
_TURN = re.compile(r"(?=\b[TC]:)")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
MARKS = {"+": "endorsed", "p": "past", "o": "other", "-": "denied", "?": "asked"}
LABELS = [f"{category}.{mark}" for category in CATEGORIES.values() for mark in MARKS.values()]


@dataclass(frozen=True, slots=True)
class Statement:
    """A training line: who wrote it, its text, and its labels as places in `LABELS`."""

    writer: str
    text: str
    labels: tuple[int, ...]


def read(path: Path) -> list[Statement]:
    """The statements of one writer.

    Raises:
        ValueError: a line has no separator or an unknown code.
    """
    statements = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        codes, separator, text = line.partition("|")
        if not separator or not text.strip():
            raise ValueError(f"{path.name}:{number}: no text")
        labels = sorted({_label(code, f"{path.name}:{number}") for code in codes.split() if code != "0"})
        statements.append(Statement(path.stem, " ".join(text.split()), tuple(labels)))
    return statements


def read_all(folder: Path = FOLDER) -> list[Statement]:
    """All writers, in the order of their names."""
    return [statement for path in sorted(folder.glob("*.txt")) for statement in read(path)]


def harmless_parts(statements: list[Statement]) -> list[Statement]:
    """The questions, answers and sentences of lines without risk, each as a line of its own.

    The finder rates such parts too, and what has no risk as a whole has none in its parts.
    """
    parts = []
    for statement in statements:
        if statement.labels:
            continue
        pieces = [piece.strip() for piece in _TURN.split(statement.text) if piece.strip()]
        found = {
            f"{mark}{sentence.strip()}"
            for piece in pieces
            for mark, said in [_speaker_and_words(piece)]
            for sentence in [said, *_SENTENCE.split(said)]
        }
        parts += [
            Statement(statement.writer, text, ())
            for text in sorted(found - {statement.text})
            if text.removeprefix("T: ").strip()
        ]
    return parts


def _speaker_and_words(piece: str) -> tuple[str, str]:
    return ("T: ", piece[2:]) if piece.startswith("T:") else ("", piece.removeprefix("C:"))


def _label(code: str, place: str) -> int:
    category, mark = CATEGORIES.get(code[:-1]), MARKS.get(code[-1])
    if category is None or mark is None:
        raise ValueError(f"{place}: unknown code {code!r}")
    return LABELS.index(f"{category}.{mark}")

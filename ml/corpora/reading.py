"""Rows of a corpus file, and what to do with the bad ones."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ml.errors import ErrorCode, PermanentError
from ml.schemas.dialogue import Split

SHOWN_PROBLEMS = 10
_SPLIT_NAMES = {
    "train": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "dev": Split.VALIDATION,
    "test": Split.TEST,
}


class CorpusError(PermanentError):
    """A corpus file cannot be read; the message names file, line and column, never the words.

    `labels_unknown` tells that nothing but labels is wrong with it.
    """

    def __init__(self, message: str, *, labels_unknown: bool = False) -> None:
        super().__init__(ErrorCode.VALIDATION_ERROR, message)
        self.labels_unknown = labels_unknown


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row: its line in the file and a sentence without its words; `label` where it
    is a label that nobody knows."""

    line: int
    what: str
    label: bool = False


@dataclass(slots=True)
class Problems:
    """The bad rows of one file.

    A reader collects them all before it refuses the file, so that they can be mended in one go.
    With `tolerated` it leaves out the bad row or the bad label instead, and the list tells which.
    """

    file: str
    tolerated: bool = False
    rows: list[RowProblem] = field(default_factory=list)

    def add(self, line: int, what: str, *, label: bool = False) -> None:
        """Note a bad row."""
        self.rows.append(RowProblem(line, what, label))

    def settle(self) -> None:
        """Refuse the file if it has bad rows and they are not tolerated.

        Raises:
            CorpusError: naming the first of them.
        """
        if self.tolerated or not self.rows:
            return
        shown = " ".join(f"Line {row.line}: {row.what}" for row in self.rows[:SHOWN_PROBLEMS])
        more = len(self.rows) - SHOWN_PROBLEMS
        rest = f" And {more} more." if more > 0 else ""
        raise CorpusError(
            f"{self.file} has {len(self.rows)} bad rows. {shown}{rest}",
            labels_unknown=all(row.label for row in self.rows),
        )


def text_of(path: Path) -> str:
    """The text of a corpus file, UTF-8 with or without a byte order mark.

    Raises:
        CorpusError: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path.name} is not UTF-8 text (byte {error.start}).") from None
    except OSError as error:
        raise CorpusError(f"{path.name} cannot be read: {error.strerror}.") from None


def csv_rows(path: Path, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it starts on, as column to stripped text; short and long rows are problems.

    Raises:
        CorpusError: the file is empty, lacks one of `columns`, or is not CSV.
    """
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in header]
        if not header:
            raise CorpusError(f"{path.name} is empty; its first line has to name the columns.")
        if missing:
            raise CorpusError(f"{path.name} lacks the columns: {', '.join(missing)}.")
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            elif cells:
                problems.add(line, f"it has {len(cells)} fields, the header {len(header)}.")
            line = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(f"{path.name}, line {reader.line_num}: not CSV ({error}).") from None


def split_named(name: str) -> Split:
    """The split that a column's value or a part of a file name means: train, val, dev, test.

    Raises:
        ValueError: it means none.
    """
    try:
        return _SPLIT_NAMES[name.strip().casefold()]
    except KeyError:
        raise ValueError("This is none of train, val, dev and test.") from None


def split_of_file(path: Path) -> Split | None:
    """The split a file name ends with, as in ``esconv_dev.tsv`` or ``train.tsv``; None if with none."""
    last = re.split(r"[_.\-]", path.stem)[-1]
    try:
        return split_named(last)
    except ValueError:
        return None

"""The hook for a language model as a third reader, asked about one short passage at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ml.schemas.base import Record
from ml.schemas.report import Polarity, RiskCategory, Subject, Timeframe


class RiskReading(Record):
    """One risk that a model read in a passage; `quote` must be words of the passage."""

    category: RiskCategory
    polarity: Polarity = Polarity.ENDORSED
    subject: Subject = Subject.CLIENT
    timeframe: Timeframe = Timeframe.UNCLEAR
    level: int | None = None
    quote: str = ""


class RiskReader(Protocol):
    """Reads one passage of the client, with the question before it if there was one."""

    def read(self, question: str | None, passage: str) -> Sequence[RiskReading]:
        """The risks in the passage; none is an empty sequence."""
        ...

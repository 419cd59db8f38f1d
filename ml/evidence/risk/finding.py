"""What one reader found in one turn, before findings are joined into flags."""

from __future__ import annotations

from dataclasses import dataclass

from ml.schemas.report import Polarity, RiskBehaviour, RiskCategory, Severity, Subject, Timeframe


@dataclass(frozen=True, slots=True)
class Finding:
    """A risk read from ``text[start:end]`` of a turn.

    `question` is the index of the turn that asked, when question and answer count together;
    `core` is the span of the words that matched.
    """

    category: RiskCategory
    polarity: Polarity
    subject: Subject
    timeframe: Timeframe
    start: int
    end: int
    source: str
    rule: str = ""
    severity: Severity = Severity.MODERATE
    level: int | None = None
    behaviour: RiskBehaviour | None = None
    confidence: float = 0.8
    question: int | None = None
    core: tuple[int, int] | None = None

    def words(self) -> tuple[int, int]:
        """The span of the words that matched, which lie in the quoted clause."""
        return self.core or (self.start, self.end)

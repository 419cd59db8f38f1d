"""Risk flags of a draft: the union of the readers, each flag with verbatim words."""

from __future__ import annotations

from ml.evidence.quotes import quote_in
from ml.evidence.risk.encoder import RiskScorer
from ml.schemas.report import RiskFlag
from ml.schemas.transcript import Transcript


class RiskScreen:
    """Screens a transcript with rules and, where its weights are here, the trained encoder."""

    def __init__(self, scorer: RiskScorer | None) -> None:
        self._scorer = scorer

    @staticmethod
    def knows(language: str) -> bool:
        """Whether risk is screened in a language at all."""
        from ml.evidence.risk.finder import screened

        return bool(screened(language))

    def flags(self, transcript: Transcript) -> list[RiskFlag]:
        """All flags in order of the transcript; a flag without verbatim words is not a flag."""
        from ml.evidence.risk.finder import RiskFinder

        finder = RiskFinder(self._scorer)
        texts = {segment.id: segment.text for segment in transcript.segments}
        found = finder.find(transcript.segments, language=transcript.language)
        return [
            flag
            for flag in found
            if flag.evidence and all(quote_in(texts.get(e.segment, ""), e.quote) for e in flag.evidence)
        ]

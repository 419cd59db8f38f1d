"""Arabic statements by rules over normalised script."""

from __future__ import annotations

from collections.abc import Sequence

from ml.evidence.risk.finding import Finding
from ml.schemas.transcript import Segment


class ArabicReader:
    """Reads Arabic turns by rules."""

    def findings(self, segments: Sequence[Segment]) -> list[list[Finding]]:
        """Findings for each segment."""
        return [[] for _ in segments]

"""The stored segments of a session, as the place where quotes are looked up."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ml.schemas.report import ClaimState, Evidence
from reports import drafting
from sessions_app.models import Segment, Transcript

EvidenceItem = dict[str, Any]
"""``{segment, start_ms, end_ms, quote}``, the shape of `ml.schemas.report.Evidence`, and `role`.

The role is who was taken to have said it: when that is corrected, the claim needs a second look.
`was` are the words that were quoted first, where a correction has changed some of them since.
"""


class SegmentBook:
    """The segments of one session, read once."""

    def __init__(self, session_id: uuid.UUID) -> None:
        self._rows = {str(row.pk): row for row in Segment.objects.filter(transcript__session_id=session_id)}
        speakers = Transcript.objects.filter(session_id=session_id).values_list("speakers", flat=True).first()
        self._roles = {name: speaker.get("role", "") for name, speaker in (speakers or {}).items()}

    def text(self, segment_id: str) -> str:
        """The segment's words; empty when there is no such segment in this session."""
        row = self._rows.get(segment_id)
        return row.text if row is not None else ""

    def role(self, segment_id: str) -> str:
        """Who says this segment; empty when nobody knows."""
        row = self._rows.get(segment_id)
        return self._roles.get(row.speaker, "") if row is not None else ""

    def attributed(self, evidence: Iterable[Evidence]) -> list[EvidenceItem]:
        """Drafted evidence as it is stored."""
        return [{**item.model_dump(), "role": self.role(item.segment)} for item in evidence]

    def holds(self, item: Mapping[str, Any]) -> bool:
        """Whether the quote of an evidence item stands in its segment."""
        return drafting.quote_in(self.text(str(item["segment"])), str(item["quote"]))

    def holds_all(self, evidence: Sequence[Mapping[str, Any]]) -> bool:
        """Whether there is evidence, and every quote of it stands."""
        return bool(evidence) and all(self.holds(item) for item in evidence)

    def locate(self, segment_id: str, quote: str) -> EvidenceItem | None:
        """Evidence for a quote in a segment with its times; None when it does not stand there."""
        row = self._rows.get(segment_id)
        if row is None or not drafting.quote_in(row.text, quote):
            return None
        return self.attributed([drafting.evidence_of(row, quote)])[0]

    def refreshed(self, item: EvidenceItem, moved_to: Collection[str] = ()) -> EvidenceItem:
        """The item with the times of today's words.

        When the quote has left its segment and stands in exactly one of `moved_to` (the segments
        a merge or a split left), it points there. When a word or two of it were corrected, it
        quotes today's words and keeps those it had as `was`. Else it stays as it is and no longer
        holds.
        """
        quote = str(item.get("was") or item["quote"])
        found = self.locate(str(item["segment"]), quote)
        if found is None:
            elsewhere = [place for other in moved_to if (place := self.locate(other, quote))]
            found = elsewhere[0] if len(elsewhere) == 1 else None
        return found or self._followed(item, quote) or item

    def _followed(self, item: EvidenceItem, quote: str) -> EvidenceItem | None:
        segment = str(item["segment"])
        now = drafting.quote_reworded(self.text(segment), quote)
        found = self.locate(segment, now) if now else None
        return {**found, "was": quote} if found else None

    def state_of(self, text: str, evidence: Sequence[Mapping[str, Any]]) -> ClaimState:
        """The state of a claim with this text and evidence."""
        return drafting.check_claim(
            text,
            [str(item["quote"]) for item in evidence],
            [self.text(str(item["segment"])) for item in evidence],
        )


def same_words(evidence: Sequence[EvidenceItem]) -> bool:
    """Whether every passage reads as it did when it was first quoted."""
    return not any(item.get("was") for item in evidence)


def same_roles(before: Sequence[EvidenceItem], now: Sequence[EvidenceItem]) -> bool:
    """Whether everybody who is quoted is still taken for who they were."""
    return all(old.get("role", "") in {"", new.get("role")} for old, new in zip(before, now, strict=True))

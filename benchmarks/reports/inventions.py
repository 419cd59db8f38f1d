"""What a draft says that its session does not: quotes that are not there, numbers, names, substances."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ml.evidence import verify_words as words
from ml.evidence.finders_cues_client import CLIENT
from ml.evidence.quotes import quote_in
from ml.schemas.report import ReportDraft, Topic
from ml.schemas.transcript import Transcript

_NAME = re.compile(r"(?<![.!?“\"'’]\s)(?<!^)(?<!: )(?<!“)\b[A-Z][a-z]+\b")
_OURS = {"client", "therapist", "homework", "asked", "the"}


@dataclass(slots=True)
class Inventions:
    """Faults of one draft; all lists empty is the only acceptable result."""

    claims: int = 0
    quotes: int = 0
    not_verbatim: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    substances: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All faults together."""
        return len(self.not_verbatim) + len(self.numbers) + len(self.names) + len(self.substances)


def inventions_in(draft: ReportDraft, transcript: Transcript) -> Inventions:
    """Check every claim and flag against the whole session."""
    segments = {segment.id: segment.text for segment in transcript.segments}
    said = set(words.tokens(" ".join(segments.values())))
    stems = {words.stem(token) for token in said}
    found = Inventions(claims=len(draft.claims))
    for evidence in [c.evidence for c in draft.claims] + [f.evidence for f in draft.risk_flags]:
        found.quotes += len(evidence)
        found.not_verbatim += [e.segment for e in evidence if not quote_in(segments[e.segment], e.quote)]
        if not evidence:
            found.not_verbatim.append("claim without evidence")
    for claim in draft.claims:
        spoken = words.tokens(claim.text)
        found.numbers += [t for t in spoken if words.is_number(t) and t not in said]
        names = [n.lower() for n in _NAME.findall(claim.text)]
        found.names += [n for n in names if not set(words.tokens(n)) <= said | _OURS]
        named = {
            token
            for topic in (Topic.SUBSTANCE, Topic.MEDICATION)
            for pattern, _ in CLIENT[topic]
            for match in pattern.finditer(claim.text.lower())
            for token in words.tokens(match.group(0))
        }
        # "Client takes" from "I take": the third person is not an invention.
        new = {t for t in named if words.stem(t) not in stems}
        found.substances += sorted(new - _OURS - words.FRAME - words.FUNCTION)
    return found

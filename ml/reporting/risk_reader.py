# ruff: noqa: E501 - tables of words read best as they are
"""The model as one more reader of risk: short passages, one at a time, verbatim or nothing.

It reads only passages that lie near talk of risk and that the rules did not flag, most likely
first, within a budget. It can add a flag and can neither remove nor turn round one of the rules.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml.errors import ErrorCode, MLError, PermanentError
from ml.evidence.finders_units import Unit, units_of, word_count
from ml.evidence.quotes import evidence, quote_in, words_of
from ml.evidence.risk.encoder import RiskScorer
from ml.llm.base import ChatModel, GenerationOptions
from ml.prompts.library import load
from ml.schemas.report import Polarity, RiskCategory, RiskFlag, Severity, Subject, Timeframe
from ml.schemas.transcript import SpeakerRole, Transcript

logger = logging.getLogger(__name__)

PROMPT: Final = "read_risk"
_NEAR: Final = re.compile(
    r"\b(?:die|dying|dead|death|kill\w*|suicid\w*|overdos\w*|hang(?:ing)? myself|cut(?:ting)? (?:myself|my)|hurt(?:ing)? (?:myself|him|her|them|me)"
    r"|harm\w*|end (?:it|my life|everything)|ending it|not (?:be|being) (?:here|around|alive)|wasn't here|weren't here|wake up|disappear"
    r"|better off|burden|no point|give up|gave up|can't go on|don't want to live|gun|knife|rope|bridge|pills|goodbye|note"
    r"|hit (?:me|him|her|them|us)|beat\w*|chok\w*|slap\w*|threat\w*|afraid of (?:him|her|them|going home)|touched me|raped?|locked (?:me|him|her)"
    r"|voices|watching me|following me|chip|poison\w*|they are after me|stopped (?:taking|eating|washing)|starv\w*)\b",
    re.I,
)  # fmt: skip
_SUSPICION: Final = 0.05
"""The encoder's probability from which a passage that it did not flag is worth the model's time."""
_NEGATION: Final = re.compile(r"\b(?:not|no|never|nothing|none|without|\w+n't|cannot)\b", re.I)


class Finding(BaseModel):
    """One risk in a passage, as the model reads it."""

    model_config = ConfigDict(extra="forbid")

    category: RiskCategory
    polarity: Literal["endorsed", "denied"]
    subject: Literal["client", "other"]
    timeframe: Literal["current", "past", "unclear"]
    quote: str = Field(min_length=1, max_length=300)


class Findings(BaseModel):
    """The model's answer for one passage."""

    model_config = ConfigDict(extra="forbid")

    findings: list[Finding] = Field(max_length=3)


class ModelRiskReader:
    """Reads passages of a transcript with a language model.

    Args:
        model: the language model.
        scorer: the risk encoder, which says what is worth reading; None leaves it to the words alone.
        max_passages: passages read at most.
        deadline: `time.monotonic()` after which no further passage is read.
    """

    def __init__(
        self, model: ChatModel, scorer: RiskScorer | None, max_passages: int, deadline: float
    ) -> None:
        self._model = model
        self._scorer = scorer
        self._max_passages = max_passages
        self._deadline = deadline
        self._prompt = load(PROMPT)

    def extend(self, transcript: Transcript, flags: Sequence[RiskFlag]) -> list[RiskFlag]:
        """The flags with what the model adds; the given ones stay as they are."""
        merged = list(flags)
        units = units_of(transcript.segments)
        for number in self._passages(units, flags):
            left = self._deadline - time.monotonic()
            if left <= 1:
                break
            merged.extend(self._read(units, number, merged, min(left, 60.0)))
        order = {segment.id: segment.index for segment in transcript.segments}
        return sorted(merged, key=lambda f: order.get(f.evidence[0].segment, 0) if f.evidence else 0)

    def _passages(self, units: Sequence[Unit], flags: Sequence[RiskFlag]) -> list[int]:
        flagged = [(e.segment, e.quote) for flag in flags for e in flag.evidence]
        scores: dict[int, float] = {}
        for number, unit in enumerate(units):
            if unit.role is SpeakerRole.THERAPIST or word_count(unit.text) < 3:
                continue
            if any(s == unit.segment.id and _overlap(q, unit.text) for s, q in flagged):
                continue
            scores[number] = 0.5 if _NEAR.search(unit.text) else 0.0
        if self._scorer is not None and scores:
            numbers = list(scores)
            heard = [n for n, label in enumerate(self._scorer.labels) if not label.endswith(".asked")]
            rated = self._scorer.probabilities([units[n].text for n in numbers])[:, heard].max(axis=1)
            # What the encoder is sure is harmless stays so: a small model sees risk in any sleep.
            scores = {
                n: float(rating) for n, rating in zip(numbers, rated, strict=True) if rating >= _SUSPICION
            }
        near = [n for n, score in scores.items() if score > 0]
        return sorted(sorted(near, key=lambda n: -scores[n])[: self._max_passages])

    def _read(
        self, units: Sequence[Unit], number: int, known: Sequence[RiskFlag], timeout_s: float
    ) -> list[RiskFlag]:
        unit = units[number]
        before = units[number - 1].text if number else ""
        messages = self._prompt.render(
            before=before[-300:].replace('"', "'"), speaker="Client", passage=unit.text.replace('"', "'")
        )
        try:
            answer = self._model.structured(
                messages, Findings, GenerationOptions(max_tokens=240, timeout_s=timeout_s)
            )
        except PermanentError as error:
            if error.code is not ErrorCode.MODEL_OUTPUT_INVALID:
                raise
            logger.warning("A risk reading failed (%s); the rules' flags stand.", error.code.value)
            return []
        except MLError as error:
            logger.warning("A risk reading failed (%s); the rules' flags stand.", error.code.value)
            return []
        return [flag for finding in answer.findings if (flag := _flag(finding, unit, known)) is not None]


def _flag(finding: Finding, unit: Unit, known: Sequence[RiskFlag]) -> RiskFlag | None:
    """The flag of a finding, or None where its words are not there or the rules know better."""
    if len(words_of(finding.quote)) < 3 or not quote_in(unit.text, finding.quote):
        return None
    if finding.polarity == "denied" and not _NEGATION.search(finding.quote):
        return None
    for flag in known:
        here = [e for e in flag.evidence if e.segment == unit.segment.id]
        if flag.category is finding.category and any(_overlap(e.quote, finding.quote) for e in here):
            return None
    return RiskFlag(
        category=finding.category,
        polarity=Polarity(finding.polarity),
        severity=Severity.MODERATE if finding.polarity == "endorsed" else Severity.LOW,
        subject=Subject(finding.subject),
        timeframe=Timeframe(finding.timeframe),
        confidence=0.5,
        evidence=[evidence(unit.segment, finding.quote)],
        sources=["model"],
    )


def _overlap(a: str, b: str) -> bool:
    return quote_in(a, b) or quote_in(b, a)

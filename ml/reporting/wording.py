"""Wording by a language model: one piece of evidence at a time, then the verifier.

The model is asked for a change of person only. What the verifier does not find word for word
in the evidence is not written: the claim stays the quote.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from ml.errors import ErrorCode, MLError, PermanentError, TransientError
from ml.evidence.finders import Candidate
from ml.evidence.finders_units import word_count
from ml.evidence.verify import differences
from ml.llm.base import ChatModel, GenerationOptions
from ml.progress import Progress, no_progress
from ml.prompts.library import load
from ml.schemas.report import Topic
from ml.schemas.transcript import SpeakerRole

logger = logging.getLogger(__name__)

PROMPT = "word_evidence"
SPEAKERS = {SpeakerRole.CLIENT: "Client", SpeakerRole.THERAPIST: "Therapist"}
MAX_QUOTE_WORDS = 60
_LEAD = re.compile(r"^(?:(?:and|but|so|well|yeah|okay|ok|um+|uh+|mm-hmm|oh|right)\b[,.\s-]*)+", re.I)
"""Openings that hang in the air once the sentence stands alone."""
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|mine|myself)\b", re.I)
_ADDRESS = re.compile(r"\b(?:you|your|us|we|our)\b", re.I)
_NO_IDEA = re.compile(r"^(?:I don't know|I dunno|let me see)[.,]\s+(?=\S+\s+\S+\s+\S+)", re.I)
_FILLER = re.compile(r"\b(?:u+h+m*|u+m+|e+r+m+|mm-hmm|you know|i mean)\b,?|--+", re.I)
_STUTTER = re.compile(r"\b(\w+(?:'\w+)?)-\s?(\1\w*)", re.I)
_FRAGMENT = re.compile(r"^(?!I\b)(?:\S+\s+){0,2}\S+[.!?]\s")
""""Low." or "Not great." has no person to change; a model would invent what it is said of."""


def spoken_clean(quote: str) -> str:
    """A quote without tags, hesitation, stutter and hanging openings, for the model to read."""
    text = _FILLER.sub(" ", " ".join(re.sub(r"\[[^\]]*\]", " ", quote).split()))
    for _ in range(3):  # "the-the-the"
        text = _STUTTER.sub(r"\2", text)
    text = re.sub(r"\s+([,.?!])", r"\1", re.sub(r"(?:,\s*){2,}", ", ", text))
    text = _LEAD.sub("", " ".join(text.split()).lstrip(" ,-"))
    return _LEAD.sub("", _NO_IDEA.sub("", text))


def _has_a_person_to_change(quote: str, candidate: Candidate) -> bool:
    """Whether a wording can be more than the quote: a call costs seconds."""
    if candidate.unit.role is SpeakerRole.CLIENT:
        return _FIRST_PERSON.search(quote) is not None
    return candidate.topic is Topic.PLAN and _ADDRESS.search(quote) is not None


class Worded(BaseModel):
    """The model's answer: one sentence."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=420)


class Wording:
    """Words candidates with a language model within a budget of calls and seconds.

    Args:
        model: the language model.
        max_calls: candidates worded at most; the rest stay quotes.
        deadline: `time.monotonic()` after which no further call starts.
    """

    def __init__(self, model: ChatModel, max_calls: int, deadline: float) -> None:
        self._model = model
        self._calls_left = max_calls
        self._deadline = deadline
        self._prompt = load(PROMPT)
        self._failures = 0
        self._cache: dict[str, str | None] = {}
        self.prompt_version = self._prompt.identity
        self.asked = 0
        self.answered = 0
        self.kept = 0

    def word_all(self, candidates: Sequence[Candidate], progress: Progress = no_progress) -> list[str | None]:
        """For each candidate its verified wording, or None where the quote has to stand.

        Raises:
            TransientError: the server is away altogether (two calls in a row found none).
        """
        worded = []
        for number, candidate in enumerate(candidates):
            worded.append(self.word(candidate))
            progress((number + 1) / len(candidates))
        return worded

    def word(self, candidate: Candidate) -> str | None:
        """One verified wording, or None."""
        quote = spoken_clean(candidate.unit.text)
        speaker = SPEAKERS.get(candidate.unit.role)
        if speaker is None or candidate.question is not None or word_count(quote) > MAX_QUOTE_WORDS:
            return None
        if word_count(quote) < 4 or _FRAGMENT.search(quote) or not _has_a_person_to_change(quote, candidate):
            return None
        if quote not in self._cache:
            self._cache[quote] = self._ask(speaker, quote, candidate.unit.role)
        return self._cache[quote]

    def _ask(self, speaker: str, quote: str, role: SpeakerRole) -> str | None:
        left = self._deadline - time.monotonic()
        if self._calls_left <= 0 or left <= 1:
            return None
        self._calls_left -= 1
        self.asked += 1
        options = GenerationOptions(max_tokens=40 + 3 * word_count(quote), timeout_s=min(left, 60.0))
        try:
            answer = self._model.structured(
                self._prompt.render(speaker=speaker, quote=quote.replace('"', "'")), Worded, options
            )
        except PermanentError as error:
            if error.code is not ErrorCode.MODEL_OUTPUT_INVALID:
                raise
            _log_failure(error)
            return None
        except TransientError as error:
            self._failures += 1
            # One lost call is bad luck; the second in a row means there is no server.
            if self._failures >= 2 and error.code is ErrorCode.MODEL_NOT_AVAILABLE:
                raise
            # A server that hangs would eat the whole budget call by call.
            if self._failures >= 2:
                self._calls_left = 0
            _log_failure(error)
            return None
        self._failures = 0
        self.answered += 1
        text = " ".join(answer.text.split())
        if differences(text, [quote], role=role, strict=True):
            return None
        self.kept += 1
        text = re.sub(r"(?<=[\w,] )(Client|Therapist)\b", lambda m: m.group(0).lower(), text)
        return text[0].upper() + text[1:]


def _log_failure(error: MLError) -> None:
    logger.warning("A wording call failed (%s); the quote stands.", error.code.value)

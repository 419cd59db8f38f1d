"""The labels of the field: one list for the data set, the training and the platform.

Emotions and strategies are those of MESC (arXiv 2408.03650). The values are written as the
reference files write them; `emotion_of` and `strategy_of` read other spellings.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from ml.schemas.base import Record

LabelT = TypeVar("LabelT")


class Emotion(StrEnum):
    """What an utterance of either role expresses."""

    NEUTRAL = "neutral"
    DEPRESSION = "depression"
    ANGER = "anger"
    DISGUST = "disgust"
    JOY = "joy"
    SADNESS = "sadness"
    FEAR = "fear"


class Strategy(StrEnum):
    """What a therapist does with an utterance; a client's utterance has none."""

    INTERPRETATION = "Interpretation"
    OPEN_QUESTION = "Open question"
    SELF_DISCLOSURE = "Self-disclosure"
    RESTATEMENT = "Restatement"
    APPROVAL = "Approval"
    COMMUNICATION_SKILLS = "Communication Skills"
    ADVISEMENT = "Advisement"
    GUIDING = "Guiding the Pace and Depth of the Conversation"
    STRUCTURING = "Structuring the therapy"
    OTHERS = "Others"


class LabelUnknown(ValueError):
    """A label that is not in the list; it is counted and refused, never mapped to a guess."""


class EmotionLabel(Record):
    """An emotion and how it was found; `confidence` is 0 to 1, `annotator` names the model or file."""

    value: Emotion
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    rationale: str = ""
    annotator: str = ""
    prompt_version: str = ""


class StrategyLabel(Record):
    """A strategy and how it was found; fields as in `EmotionLabel`."""

    value: Strategy
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    rationale: str = ""
    annotator: str = ""
    prompt_version: str = ""


def emotion_of(text: str) -> Emotion:
    """The emotion a text names, whatever its case and spaces.

    Raises:
        LabelUnknown: it names none of the seven.
    """
    return _by_name(text, {_key(item): item for item in Emotion}, "emotion")


def strategy_of(text: str) -> Strategy:
    """The strategy a text names, whatever its case, hyphens and spaces.

    Raises:
        LabelUnknown: it names none of the ten.
    """
    return _by_name(text, {_key(item): item for item in Strategy}, "strategy")


def _key(text: str) -> str:
    return " ".join(text.replace("-", " ").replace("_", " ").split()).casefold()


def _by_name(text: str, known: dict[str, LabelT], kind: str) -> LabelT:
    try:
        return known[_key(text)]
    except KeyError:
        raise LabelUnknown(f"This is none of the {len(known)} {kind} labels.") from None

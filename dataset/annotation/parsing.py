"""From a model's answer to labels: what is not exactly one of the known labels is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dataset.annotation.config import AnswerForm, StatedConfidence
from ml.llm.structured import parse
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel, emotion_of, strategy_of
from ml.schemas.transcript import SpeakerRole

RATIONALE_CHARS = 300


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a label is a string")
    return value


def _shortened(value: object) -> object:
    return value.strip()[:RATIONALE_CHARS] if isinstance(value, str) else value


EmotionName = Annotated[Emotion, BeforeValidator(lambda value: emotion_of(_text(value)))]
StrategyName = Annotated[Strategy, BeforeValidator(lambda value: strategy_of(_text(value)))]
Confidence = Annotated[float, Field(ge=0.0, le=1.0)]
Rationale = Annotated[str, BeforeValidator(_shortened), Field(max_length=RATIONALE_CHARS)]


class Answer(BaseModel):
    """What every answer holds; further fields are not read."""

    model_config = ConfigDict(frozen=True)

    emotion: EmotionName


class TherapistAnswer(Answer):
    """Labels of a therapist's turn."""

    strategy: StrategyName


class FullAnswer(Answer):
    """Labels of a client's turn with how sure the model is, and why."""

    emotion_confidence: Confidence
    rationale: Rationale


class FullTherapistAnswer(Answer):
    """Labels of a therapist's turn with how sure the model is, and why."""

    emotion_confidence: Confidence
    strategy: StrategyName
    strategy_confidence: Confidence
    rationale: Rationale


def answer_schema(role: SpeakerRole, form: AnswerForm) -> type[Answer]:
    """The record a model is asked for: a strategy belongs to therapists only."""
    if role is SpeakerRole.THERAPIST:
        return FullTherapistAnswer if form is AnswerForm.FULL else TherapistAnswer
    return FullAnswer if form is AnswerForm.FULL else Answer


def labels_of(
    text: str,
    schema: type[Answer],
    *,
    annotator: str,
    prompt_version: str,
    stated: StatedConfidence,
) -> tuple[EmotionLabel, StrategyLabel | None]:
    """The labels of an answer.

    Raises:
        ValueError: it holds no such record; the message holds no word of it.
    """
    answer = parse(text, schema)
    rationale = getattr(answer, "rationale", "")
    emotion = EmotionLabel(
        value=answer.emotion,
        confidence=getattr(answer, "emotion_confidence", stated.emotion),
        rationale=rationale,
        annotator=annotator,
        prompt_version=prompt_version,
    )
    named: Strategy | None = getattr(answer, "strategy", None)
    if named is None:
        return emotion, None
    strategy = StrategyLabel(
        value=named,
        confidence=getattr(answer, "strategy_confidence", stated.strategy),
        rationale=rationale,
        annotator=annotator,
        prompt_version=prompt_version,
    )
    return emotion, strategy

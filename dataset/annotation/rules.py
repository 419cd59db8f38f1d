"""What rules say of a turn before a text model is asked."""

from __future__ import annotations

from typing import NamedTuple

from dataset.annotation.config import AnnotationConfig
from ml.labelling.cues import cue_hits
from ml.schemas.dialogue import Utterance
from ml.schemas.labels import Emotion, EmotionLabel, StrategyLabel
from ml.schemas.transcript import SpeakerRole

ANNOTATOR = "rules"


class RuleLabels(NamedTuple):
    """The labels that rules are sure of; None where the model is asked."""

    emotion: EmotionLabel | None = None
    strategy: StrategyLabel | None = None


def rule_labels(config: AnnotationConfig, utterance: Utterance) -> RuleLabels:
    """The rules' labels of a therapist's turn; they say nothing of anybody else's."""
    if utterance.role is not SpeakerRole.THERAPIST:
        return RuleLabels()
    emotion, strategy = None, None
    if config.therapist_neutral is not None:
        emotion = EmotionLabel(
            value=Emotion.NEUTRAL,
            confidence=config.therapist_neutral,
            rationale="rule: a therapist's turn is neutral",
            annotator=ANNOTATOR,
        )
    hits = cue_hits(utterance.text)
    if config.cue_confidence is not None and hits and hits[0].confidence >= config.cue_confidence:
        strategy = StrategyLabel(
            value=hits[0].strategy,
            confidence=hits[0].confidence,
            rationale=f"cue: {hits[0].cue}",
            annotator=ANNOTATOR,
        )
    return RuleLabels(emotion, strategy)

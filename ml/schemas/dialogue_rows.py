"""A dialogue as one row of a table: the shape in which data sets are published and read.

Labels are numbers, the place in the schema's order (a ClassLabel of the Hugging Face libraries);
what a record does not have is None; free mappings are lists of name and value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

ROLES, EMOTIONS, STRATEGIES = list(SpeakerRole), list(Emotion), list(Strategy)
_PLAIN = ("id", "index", "speaker", "role_confidence", "start_ms", "end_ms", "text", "clip")


def row_of(dialogue: AnnotatedDialogue) -> dict[str, Any]:
    """The row of a dialogue; its split is not in it, a table holds one split."""
    return {
        "id": dialogue.id,
        "language": dialogue.language,
        "source": dialogue.source.model_dump(),
        "utterances": [_utterance_row(turn) for turn in dialogue.utterances],
    }


def dialogue_of(row: Mapping[str, Any], split: Split | None = None) -> AnnotatedDialogue:
    """The dialogue of a row; columns that the record does not know are left out.

    Raises:
        KeyError, IndexError, TypeError: the row has another shape.
        pydantic.ValidationError: a value does not fit.
    """
    return AnnotatedDialogue(
        id=row["id"],
        language=row["language"],
        source=Source.model_validate(row["source"]),
        utterances=[_utterance_of(turn) for turn in row["utterances"]],
        split=split,
    )


def _utterance_row(turn: Utterance) -> dict[str, Any]:
    return {
        **{name: getattr(turn, name) for name in _PLAIN},
        "role": ROLES.index(turn.role),
        **_label_row("emotion", turn.emotion, EMOTIONS.index(turn.emotion.value) if turn.emotion else None),
        **_label_row(
            "strategy", turn.strategy, STRATEGIES.index(turn.strategy.value) if turn.strategy else None
        ),
        "source_labels": [{"name": name, "value": value} for name, value in turn.source_labels.items()],
    }


def _label_row(name: str, label: EmotionLabel | StrategyLabel | None, number: int | None) -> dict[str, Any]:
    return {
        name: number,
        f"{name}_confidence": label.confidence if label else None,
        f"{name}_rationale": label.rationale if label else None,
        f"{name}_annotator": label.annotator if label else None,
        f"{name}_prompt_version": label.prompt_version if label else None,
    }


def _utterance_of(row: Mapping[str, Any]) -> Utterance:
    emotion, strategy = row["emotion"], row["strategy"]
    return Utterance(
        **{name: row[name] for name in _PLAIN},
        role=ROLES[row["role"]],
        emotion=None
        if emotion is None
        else EmotionLabel(value=EMOTIONS[emotion], **_label_parts("emotion", row)),
        strategy=None
        if strategy is None
        else StrategyLabel(value=STRATEGIES[strategy], **_label_parts("strategy", row)),
        source_labels={item["name"]: item["value"] for item in row["source_labels"]},
    )


def _label_parts(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    parts = ("confidence", "rationale", "annotator", "prompt_version")
    return {part: row[f"{name}_{part}"] for part in parts}

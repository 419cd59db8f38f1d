"""The three questions a labeller answers, and the reference answers of a labelled dialogue.

Labelling a strategy (the turn is seen) and predicting the next one (it is not) are different tasks
with different ceilings; their figures are never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from ml.schemas.dialogue import AnnotatedDialogue, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole


class Task(StrEnum):
    """A question about one turn."""

    EMOTION = "emotion"
    """What the turn expresses; it and the turns around it are seen."""
    STRATEGY = "strategy"
    """What the therapist does with the turn; it and the turns around it are seen."""
    NEXT_STRATEGY = "next_strategy"
    """What the therapist will do in the turn; only the turns before it are seen."""


class Answer(NamedTuple):
    """A label and its probability as the labeller sees it, 0 to 1."""

    label: str
    confidence: float


Answers = list[list[Answer | None]]
"""For each dialogue and each of its turns an answer; None where not asked or abstained."""


class Labeller(Protocol):
    """Anything that labels turns."""

    name: str
    """How its labels are signed: `EmotionLabel.annotator`."""

    def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """Answers for every turn that `asked` tells, in order.

        Raises:
            BackendNotInstalled: what it needs is not on this machine.
        """
        ...


def asked(task: Task, utterance: Utterance) -> bool:
    """Whether a turn has the label at all: emotions all have, strategies only the therapist's."""
    return task is Task.EMOTION or utterance.role is SpeakerRole.THERAPIST


def labels_of(task: Task) -> list[str]:
    """The labels of a task, in the schema's order."""
    return [item.value for item in (Emotion if task is Task.EMOTION else Strategy)]


class Items(NamedTuple):
    """The labelled turns of some dialogues, side by side."""

    truth: list[str]
    dialogues: list[str]
    """The dialogue's id of each turn: what a bootstrap draws."""
    roles: list[SpeakerRole]
    places: list[tuple[int, int]]
    """Number of the dialogue and place of the turn in it."""


def reference_items(task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Items:
    """Every turn of the dialogues that has the task's label."""
    items = Items([], [], [], [])
    for number, dialogue in enumerate(dialogues):
        for place, utterance in enumerate(dialogue.utterances):
            label = utterance.emotion if task is Task.EMOTION else utterance.strategy
            if label is None:
                continue
            items.truth.append(label.value.value)
            items.dialogues.append(dialogue.id)
            items.roles.append(utterance.role)
            items.places.append((number, place))
    return items


def at_places(answers: Answers, items: Items) -> list[Answer | None]:
    """The answers to the labelled turns."""
    return [answers[number][place] for number, place in items.places]


def labelled(labeller: Labeller, dialogue: AnnotatedDialogue) -> AnnotatedDialogue:
    """The dialogue with the labeller's emotions and strategies in place of any it had."""
    (emotions,) = labeller.answer(Task.EMOTION, [dialogue])
    (strategies,) = labeller.answer(Task.STRATEGY, [dialogue])
    turns = []
    for turn, emotion, strategy in zip(dialogue.utterances, emotions, strategies, strict=True):
        labels = {
            "emotion": emotion
            and EmotionLabel(
                value=Emotion(emotion.label), confidence=emotion.confidence, annotator=labeller.name
            ),
            "strategy": strategy
            and StrategyLabel(
                value=Strategy(strategy.label), confidence=strategy.confidence, annotator=labeller.name
            ),
        }
        turns.append(turn.model_copy(update=labels))
    return dialogue.model_copy(update={"utterances": turns})

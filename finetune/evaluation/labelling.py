"""Emotion, strategy and next strategy: a labeller's answers against the reference."""

from __future__ import annotations

import time
from collections.abc import Sequence

from finetune.errors import FinetuneError, FinetuneErrorCode
from ml.labelling.tasks import Labeller, Task, at_places, reference_items
from ml.metrics.classification import Scores, score
from ml.schemas.base import Record
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole

NAMES = {
    Task.EMOTION: "client emotion",
    Task.STRATEGY: "strategy, labelling a turn that is seen",
    Task.NEXT_STRATEGY: "next strategy, predicted before the turn is seen",
}


class LabelResult(Record):
    """One labeller on one task; `seconds` is wall time for all items."""

    labeller: str
    task: Task
    scores: Scores
    seconds: float


def evaluate_labeller(
    labeller: Labeller, dialogues: Sequence[AnnotatedDialogue], tasks: Sequence[Task] = tuple(Task)
) -> list[LabelResult]:
    """The scores of each task that the dialogues have labels for.

    Emotion is measured on the client's turns only; a withheld answer counts as a miss.

    Raises:
        FinetuneError: split_empty: no turn has a label of any of the tasks.
    """
    results = []
    for task in tasks:
        items = reference_items(task, dialogues)
        wanted = [
            place
            for place, role in enumerate(items.roles)
            if task is not Task.EMOTION or role is SpeakerRole.CLIENT
        ]
        if not wanted:
            continue
        began = time.monotonic()
        answers = at_places(labeller.answer(task, dialogues), items)
        seconds = time.monotonic() - began
        chosen = [answers[place] for place in wanted]
        results.append(
            LabelResult(
                labeller=labeller.name,
                task=task,
                scores=score(
                    [items.truth[place] for place in wanted],
                    [answer.label if answer else None for answer in chosen],
                    [items.dialogues[place] for place in wanted],
                ),
                seconds=round(seconds, 2),
            )
        )
    if not results:
        raise FinetuneError(
            FinetuneErrorCode.SPLIT_EMPTY, "No turn of these dialogues has a label to compare with."
        )
    return results

"""The majority baseline: always the most frequent label of the training dialogues."""

from __future__ import annotations

from collections.abc import Sequence

from ml.labelling.tasks import Answer, Answers, Task, asked, reference_items
from ml.metrics.classification import majority_label
from ml.schemas.dialogue import AnnotatedDialogue


class MajorityLabeller:
    """Answers every turn alike; the confidence is the label's share in training."""

    name = "majority"

    def __init__(self, train: Sequence[AnnotatedDialogue]) -> None:
        self._answers: dict[Task, Answer] = {}
        for task in Task:
            truth = reference_items(task, train).truth
            if truth:
                label = majority_label(truth)
                self._answers[task] = Answer(label, truth.count(label) / len(truth))

    def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """See `ml.labelling.tasks.Labeller`."""
        answer = self._answers.get(task)
        return [
            [answer if asked(task, turn) else None for turn in dialogue.utterances] for dialogue in dialogues
        ]

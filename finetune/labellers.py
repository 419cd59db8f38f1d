"""The labellers that `finetune_evaluate` knows: those of ml/labelling, and language models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from finetune.base_model import Loaded
from finetune.config import Task
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import LABELS, label_messages
from finetune.inference import load_tuned
from finetune.label_scores import LabelScorer
from ml.labelling import tasks
from ml.labelling.backends import LABELLERS
from ml.labelling.tasks import Answer, Answers, Labeller, asked
from ml.schemas.dialogue import AnnotatedDialogue

MODEL = "model"
ABSTAINING = "light-abstaining"
LIGHT = ("light", ABSTAINING)
"""The light labeller, as one that always answers and as one that withholds what it is not sure of."""
FITTED = ("majority", "tfidf")
"""Labellers that learn from training dialogues where they are used."""


class ModelLabeller:
    """A causal language model, with or without an adapter, that scores the labels.

    Args:
        loaded: the model.
        name: how its labels are signed.
        context_turns: as in training.
        say: gets a line after every hundred turns.
    """

    def __init__(
        self, loaded: Loaded, name: str, context_turns: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.name = name
        self._scorers = {task: LabelScorer(loaded, labels) for task, labels in LABELS.items()}
        self._context_turns = context_turns
        self._say = say

    def answer(self, task: tasks.Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """See `ml.labelling.tasks.Labeller`; a turn nothing was said before has no next strategy."""
        scorer = self._scorers[Task(task.value)]
        answers: Answers = []
        done = 0
        for dialogue in dialogues:
            row: list[Answer | None] = []
            for place, turn in enumerate(dialogue.utterances):
                messages = (
                    label_messages(dialogue.utterances, place, Task(task.value), self._context_turns)
                    if asked(task, turn)
                    else None
                )
                row.append(_best(scorer, scorer.log_probabilities(messages)) if messages else None)
                done += messages is not None
                if messages is not None and done % 100 == 0:
                    self._say(f"{task.value}: {done} turns")
            answers.append(row)
        return answers


def build_labeller(
    name: str,
    *,
    train: Sequence[AnnotatedDialogue] = (),
    models_dir: Path = Path("var/models"),
    base: str | None = None,
    adapter: Path | None = None,
    context_turns: int = 2,
    dtype: str = "auto",
    say: Callable[[str], None] = lambda _: None,
) -> Labeller:
    """The labeller of a name.

    Args:
        name: one of ml/labelling, or "model" for a language model with `base` and `adapter`.
        train: labelled dialogues, for majority and tfidf.

    Raises:
        FinetuneError: config_invalid: an unknown name, or nothing to fit on; model_not_available.
    """
    if name == MODEL:
        loaded = load_tuned(base, adapter, dtype=dtype)
        signed = Path(loaded.source).name + (f"+{adapter.name}" if adapter else "")
        return ModelLabeller(loaded, signed, context_turns, say)
    if name in FITTED:
        if not train:
            raise FinetuneError(
                FinetuneErrorCode.CONFIG_INVALID,
                f"The labeller {name!r} is fitted on training dialogues: name a file with --train.",
            )
        return LABELLERS.build(name, train=train)
    if name in LIGHT:
        light = LABELLERS.build("light", models_dir=models_dir, abstain=name == ABSTAINING)
        light.name = name
        return light
    if name in LABELLERS.names():
        return LABELLERS.build(name)
    known = ", ".join(sorted({*LABELLERS.names(), *LIGHT, MODEL}))
    raise FinetuneError(FinetuneErrorCode.CONFIG_INVALID, f"There is no labeller {name!r}; known: {known}.")


def _best(scorer: LabelScorer, scores: np.ndarray) -> Answer:
    shares = np.exp(scores - scores.max())
    place = int(scores.argmax())
    return Answer(scorer.labels[place], float(shares[place] / shares.sum()))

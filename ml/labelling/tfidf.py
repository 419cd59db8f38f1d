"""The TF-IDF baseline: word n-grams of a turn and of those before it, and a linear model.

It is fitted where it is used (scikit-learn; the workbench only); nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ml.labelling.tasks import Answer, Answers, Task, asked, reference_items
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole

CONTEXT_TURNS = 3
_WORD = r"\w+|[?!]"


class TfidfLabeller:
    """Logistic regression on TF-IDF of words and word pairs, one model for each task.

    Args:
        train: labelled dialogues; a task whose labels they lack is answered with nothing.

    Raises:
        ImportError: scikit-learn is not installed.
    """

    name = "tfidf"

    def __init__(self, train: Sequence[AnnotatedDialogue]) -> None:
        self._train = train
        self._models: dict[Task, Any] = {}

    def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """See `ml.labelling.tasks.Labeller`."""
        answers: Answers = [[None] * len(dialogue.utterances) for dialogue in dialogues]
        places = [
            (number, place)
            for number, dialogue in enumerate(dialogues)
            for place, turn in enumerate(dialogue.utterances)
            if asked(task, turn)
        ]
        if task not in self._models:
            self._models[task] = _fitted(task, self._train)
        model, seen = self._models[task], task is not Task.NEXT_STRATEGY
        if model is None or not places:
            return answers
        rows = model.predict_proba(
            [turn_fields(dialogues[number], place, seen=seen) for number, place in places]
        )
        for (number, place), row in zip(places, rows, strict=True):
            best = int(np.argmax(row))
            answers[number][place] = Answer(str(model.classes_[best]), float(row[best]))
        return answers


def linear_model() -> Any:
    """An unfitted pipeline over `(own words, words before, role)` rows."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

    def words() -> TfidfVectorizer:
        return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD)

    return make_pipeline(
        FunctionTransformer(_as_table),
        ColumnTransformer(
            [
                ("own", words(), 0),
                ("before", words(), 1),
                ("role", OneHotEncoder(handle_unknown="ignore"), [2]),
            ]
        ),
        LogisticRegression(max_iter=200),
    )


def _as_table(rows: Sequence[tuple[str, str, str]]) -> Any:
    return np.array(rows, dtype=object).reshape(len(rows), 3)


def _fitted(task: Task, train: Sequence[AnnotatedDialogue]) -> Any:
    from threadpoolctl import threadpool_limits

    items = reference_items(task, train)
    if len(set(items.truth)) < 2:
        return None
    rows = [
        turn_fields(train[number], place, seen=task is not Task.NEXT_STRATEGY)
        for number, place in items.places
    ]
    with threadpool_limits(1):
        return linear_model().fit(rows, items.truth)


def turn_fields(dialogue: AnnotatedDialogue, place: int, *, seen: bool = True) -> tuple[str, str, str]:
    """A turn as `linear_model` reads it: its own words if it is seen, those before it, its role."""
    turn = dialogue.utterances[place]
    own = turn.text if seen else ""
    before = " ".join(item.text for item in dialogue.utterances[max(0, place - CONTEXT_TURNS) : place])
    # A field without any word gives a vectorizer nothing to learn: each has at least a mark.
    return f"own_ {own}", f"before_ {before}", str(SpeakerRole(turn.role))

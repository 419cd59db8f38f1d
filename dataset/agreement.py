"""How far labels agree with a labelled reference, beside what the majority and TF-IDF reach.

A reference whose own codes are none of our labels (AnnoMI) is read through a table: each of our
labels stands for the code it most often meets in other sources. So nobody guesses what matches
what, and the figure says how much our labels know of theirs.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from dataset.errors import DatasetError
from ml.labelling.tfidf import linear_model, turn_fields
from ml.metrics.classification import Scores, majority_label, score
from ml.schemas.base import Record
from ml.schemas.dialogue import AnnotatedDialogue, Split, Utterance
from ml.schemas.transcript import SpeakerRole

FOLDS = 5
Turns = Mapping[tuple[str, str], Utterance]
"""Labelled turns by the ids of dialogue and turn."""


class NothingToCompare(DatasetError):
    """Labels and reference have no labelled turn in common."""

    code = "nothing_to_compare"


class Comparison(Record):
    """One kind of label. `exact` is False where it was read through a table of labels; `learned_from`
    tells where baselines (and the table) learned; `tfidf` is None without scikit-learn."""

    target: str
    exact: bool
    learned_from: str
    agreement: Scores
    majority: Scores
    tfidf: Scores | None


@dataclass(frozen=True, slots=True)
class _Target:
    name: str
    exact: bool
    truth: Callable[[Utterance], str | None]
    answer: Callable[[Utterance], str | None]


@dataclass(frozen=True, slots=True)
class _Items:
    """Turns with a reference label, side by side."""

    fields: list[tuple[str, str, str]]
    truth: list[str]
    answers: list[str | None]
    dialogues: list[str]
    folds: list[int]


def turns_of(dialogues: Iterable[AnnotatedDialogue]) -> dict[tuple[str, str], Utterance]:
    """The turns of labelled dialogues, as `compare` takes them."""
    return {(item.id, turn.id): turn for item in dialogues for turn in item.utterances}


def compare(
    reference: Sequence[AnnotatedDialogue], labels: Turns, split: Split | None = None
) -> list[Comparison]:
    """Every kind of label that the reference has and `labels` answer.

    Args:
        reference: the labelled dialogues. Those of `split` are compared; baselines learn from the
            training dialogues if these are others, else in turn from four fifths of the sources.
        labels: the answers; a turn that is missing or without a label counts as withheld.
        split: None for all dialogues.

    Raises:
        NothingToCompare: no turn has both.
    """
    compared = [item for item in reference if split is None or item.split is split]
    apart = split not in (None, Split.TRAIN) and any(item.split is Split.TRAIN for item in reference)
    train = [item for item in reference if item.split is Split.TRAIN] if apart else []
    found = []
    for target in _targets():
        items = _items(compared, labels, target)
        if any(answer is not None for answer in items.answers) and len(set(items.truth)) > 1:
            found.append(_comparison(target, items, _items(train, labels, target) if train else None))
    if not found:
        raise NothingToCompare(
            f"{len(compared)} reference dialogues and {len(labels)} labelled turns have no label in common: "
            "ids of dialogues and turns must be the reference's."
        )
    return found


def _targets() -> list[_Target]:
    def code(name: str) -> Callable[[Utterance], str | None]:
        return lambda turn: turn.source_labels.get(name)

    return [
        _Target("emotion", True, _emotion, _emotion),
        _Target("emotion of the client", True, _client(_emotion), _client(_emotion)),
        _Target("strategy", True, _strategy, _strategy),
        _Target("main_therapist_behaviour", False, code("main_therapist_behaviour"), _strategy),
        _Target("client_talk_type", False, code("client_talk_type"), _emotion),
    ]


def _emotion(turn: Utterance) -> str | None:
    return turn.emotion.value.value if turn.emotion else None


def _strategy(turn: Utterance) -> str | None:
    return turn.strategy.value.value if turn.strategy else None


def _client(label: Callable[[Utterance], str | None]) -> Callable[[Utterance], str | None]:
    return lambda turn: label(turn) if turn.role is SpeakerRole.CLIENT else None


def _items(dialogues: Sequence[AnnotatedDialogue], labels: Turns, target: _Target) -> _Items:
    items = _Items([], [], [], [], [])
    for dialogue in dialogues:
        fold = zlib.crc32(dialogue.source.source_id.encode()) % FOLDS
        for place, turn in enumerate(dialogue.utterances):
            truth = target.truth(turn)
            if truth is None:
                continue
            answer = labels.get((dialogue.id, turn.id))
            items.fields.append(turn_fields(dialogue, place))
            items.truth.append(truth)
            items.answers.append(target.answer(answer) if answer is not None else None)
            items.dialogues.append(dialogue.id)
            items.folds.append(fold)
    return items


def _comparison(target: _Target, items: _Items, train: _Items | None) -> Comparison:
    answers = items.answers if target.exact else _learned(items, train, _through_table)
    tfidf = None
    with suppress(ImportError):
        tfidf = score(items.truth, _learned(items, train, _tfidf), items.dialogues)
    return Comparison(
        target=target.name,
        exact=target.exact,
        learned_from=f"{len(set(train.dialogues))} training dialogues"
        if train
        else f"{FOLDS} folds by source",
        agreement=score(items.truth, answers, items.dialogues),
        majority=score(items.truth, _learned(items, train, _majority), items.dialogues),
        tfidf=tfidf,
    )


_Learner = Callable[[_Items, _Items], list[str | None]]
"""Learns from the first, answers the second."""


def _learned(items: _Items, train: _Items | None, learner: _Learner) -> list[str | None]:
    if train is not None and len(set(train.truth)) > 1:
        return learner(train, items)
    answers: list[str | None] = [None] * len(items.truth)
    for fold in range(FOLDS):
        inside = [row for row, number in enumerate(items.folds) if number == fold]
        outside = [row for row, number in enumerate(items.folds) if number != fold]
        if inside and len({items.truth[row] for row in outside}) > 1:
            for row, answer in zip(inside, learner(_rows(items, outside), _rows(items, inside)), strict=True):
                answers[row] = answer
    return answers


def _rows(items: _Items, rows: Sequence[int]) -> _Items:
    return _Items(
        [items.fields[row] for row in rows],
        [items.truth[row] for row in rows],
        [items.answers[row] for row in rows],
        [items.dialogues[row] for row in rows],
        [items.folds[row] for row in rows],
    )


def _majority(train: _Items, items: _Items) -> list[str | None]:
    return [majority_label(train.truth)] * len(items.truth)


def _tfidf(train: _Items, items: _Items) -> list[str | None]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        model = linear_model().fit(train.fields, train.truth)
        return [str(label) for label in model.predict(items.fields)]


def _through_table(train: _Items, items: _Items) -> list[str | None]:
    met: dict[str, Counter[str]] = {}
    for truth, answer in zip(train.truth, train.answers, strict=True):
        if answer is not None:
            met.setdefault(answer, Counter())[truth] += 1
    table = {answer: majority_label(list(counts.elements())) for answer, counts in met.items()}
    return [table.get(answer) if answer is not None else None for answer in items.answers]

"""How well labels agree with a reference: accuracy, F1, confusion, intervals, majority.

An abstention (None) is an answer of its own: it misses its true label and is no false alarm of
another. So `accuracy` and F1 are over all items; `accuracy_answered` is over the answered ones and
means little without `coverage`.

Definitions are scikit-learn's: macro F1 is the plain mean over the labels that occur in the
reference or in the answers, weighted F1 weights them by their count in the reference, and a label
without a hit has F1 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.schemas.base import Record

Answers = Sequence[str | None]


class LabelScore(Record):
    """One label: precision, recall and F1 (0 where undefined), and its count in the reference."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


class Confusion(Record):
    """Counts: a row for each true label, a column for each answered one; `abstained` per row."""

    labels: list[str]
    counts: list[list[int]]
    abstained: list[int]


class Interval(Record):
    """A percentile bootstrap interval."""

    low: float
    high: float


class Intervals(Record):
    """Intervals of the three headline figures at `level`, from `draws` resamples of `groups` groups."""

    accuracy: Interval
    macro_f1: Interval
    weighted_f1: Interval
    level: float
    draws: int
    groups: int


class Scores(Record):
    """The figures of one set of answers; all shares are 0 to 1."""

    items: int
    answered: int
    accuracy: float
    accuracy_answered: float
    macro_f1: float
    weighted_f1: float
    labels: list[LabelScore]
    confusion: Confusion
    intervals: Intervals | None = None

    @property
    def coverage(self) -> float:
        """The share of items that got an answer."""
        return self.answered / self.items


def score(truth: Sequence[str], answers: Answers, groups: Sequence[Hashable] | None = None) -> Scores:
    """Compare answers with the reference, item by item.

    Args:
        truth: the reference labels.
        answers: as many labels, None where nothing was answered.
        groups: the dialogue of each item. With it the scores have `bootstrap_intervals`.

    Raises:
        ValueError: there are no items, or the lengths differ.
    """
    labels = _labels(truth, answers)
    matrix = _matrices(truth, answers, labels, [0] * len(truth))[0]
    precision, recall, f1, support = _per_label(matrix)
    accuracy, macro_f1, weighted_f1 = (float(value) for value in _headline(matrix))
    answered = int(matrix[:, :-1].sum())
    return Scores(
        items=len(truth),
        answered=answered,
        accuracy=accuracy,
        accuracy_answered=float(np.trace(matrix) / answered) if answered else 0.0,
        macro_f1=macro_f1,
        weighted_f1=weighted_f1,
        labels=[
            LabelScore(
                label=label,
                precision=float(precision[row]),
                recall=float(recall[row]),
                f1=float(f1[row]),
                support=int(support[row]),
            )
            for row, label in enumerate(labels)
        ],
        confusion=Confusion(
            labels=labels,
            counts=matrix[:, :-1].astype(int).tolist(),
            abstained=matrix[:, -1].astype(int).tolist(),
        ),
        intervals=bootstrap_intervals(truth, answers, groups) if groups is not None else None,
    )


def bootstrap_intervals(
    truth: Sequence[str],
    answers: Answers,
    groups: Sequence[Hashable],
    *,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """Percentile intervals from resampling whole groups with replacement.

    Turns of one dialogue are not independent, so the dialogue is what is drawn.

    Raises:
        ValueError: there are no items, or the lengths differ.
    """
    labels = _labels(truth, answers)
    matrices = _matrices(truth, answers, labels, groups)
    rng = np.random.default_rng(seed)
    count = len(matrices)
    times = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    resampled = (times.astype(np.float64) @ matrices.reshape(count, -1)).reshape(draws, *matrices.shape[1:])
    tail = (1 - level) / 2
    accuracy, macro_f1, weighted_f1 = (
        Interval(low=float(np.quantile(values, tail)), high=float(np.quantile(values, 1 - tail)))
        for values in _headline(resampled)
    )
    return Intervals(
        accuracy=accuracy, macro_f1=macro_f1, weighted_f1=weighted_f1, level=level, draws=draws, groups=count
    )


def majority_label(truth: Sequence[str]) -> str:
    """The most frequent label, by name among equals: what the majority baseline always answers.

    Raises:
        ValueError: there are no labels.
    """
    if not truth:
        raise ValueError("There are no labels to take the majority of.")
    counts = Counter(truth)
    return min(counts, key=lambda label: (-counts[label], label))


def _labels(truth: Sequence[str], answers: Answers) -> list[str]:
    if not truth or len(truth) != len(answers):
        raise ValueError(f"{len(truth)} reference labels and {len(answers)} answers cannot be compared.")
    return sorted({*truth, *(answer for answer in answers if answer is not None)})


def _matrices(
    truth: Sequence[str], answers: Answers, labels: list[str], groups: Sequence[Hashable]
) -> NDArray[np.float64]:
    """Confusion counts (groups, labels, labels + 1); the last column is abstention."""
    if len(groups) != len(truth):
        raise ValueError(f"{len(groups)} groups and {len(truth)} reference labels cannot be compared.")
    place = {label: row for row, label in enumerate(labels)}
    number = {group: row for row, group in enumerate(dict.fromkeys(groups))}
    matrices = np.zeros((len(number), len(labels), len(labels) + 1))
    for wanted, answer, group in zip(truth, answers, groups, strict=True):
        column = len(labels) if answer is None else place[answer]
        matrices[number[group], place[wanted], column] += 1
    return matrices


def _per_label(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Precision, recall, F1 and support, each (..., labels), of counts (..., labels, labels + 1)."""
    hits = np.diagonal(matrix[..., :-1], axis1=-2, axis2=-1)
    support = matrix.sum(axis=-1)
    answered = matrix[..., :-1].sum(axis=-2)
    return (
        _share(hits, answered),
        _share(hits, support),
        _share(2 * hits, answered + support),
        support,
    )


def _headline(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Accuracy, macro F1 and weighted F1, each (...), of counts (..., labels, labels + 1)."""
    _, _, f1, support = _per_label(matrix)
    occurs = (support > 0) | (matrix[..., :-1].sum(axis=-2) > 0)
    items = support.sum(axis=-1)
    hits = np.diagonal(matrix[..., :-1], axis1=-2, axis2=-1).sum(axis=-1)
    return (
        hits / items,
        (f1 * occurs).sum(axis=-1) / occurs.sum(axis=-1),
        (f1 * support).sum(axis=-1) / items,
    )


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0)

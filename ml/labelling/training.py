"""Trains the light labeller from labelled dialogues (scikit-learn; the workbench only).

All choices are made on the training dialogues: out-of-fold answers (folds by dialogue) choose the
strength of regularisation, whether rare labels are weighted up, how sharply the two readers are
joined and how much neighbours count (by the mean of accuracy and weighted F1), the temperature (by
likelihood) and the threshold for abstaining.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.evidence.embedding import SentenceEmbedder
from ml.labelling.chains import Rows, foretold, learned_lift, smoothed
from ml.labelling.heads import Head, tempered
from ml.labelling.tasks import Task, labels_of, reference_items
from ml.labelling.turns import Turns, embedded, read_turns
from ml.labelling.words import BUCKETS, inverse_frequencies, weighted
from ml.metrics.classification import score
from ml.schemas.dialogue import AnnotatedDialogue

FOLDS = 3
TARGET_ACCURACY = 0.7
"""The accuracy of given answers that the threshold aims at, out of fold."""
WORD_C = 1.0
_ABSENT = -30.0
_STRENGTHS = (0.0, 0.3, 0.6, 1.0)
_SHARPNESSES = (0.5, 0.75, 1.0)
_TEMPERATURES = np.exp(np.linspace(np.log(0.4), np.log(6.0), 40))
Say = Callable[[str], None]
Labels = NDArray[np.int64]


class Choice(NamedTuple):
    """A setting of the dense reader: inverse regularisation, and weights against rarity."""

    c: float
    balanced: bool


CHOICES = (Choice(0.001, False), Choice(0.003, False), Choice(0.001, True))


@dataclass(frozen=True, slots=True)
class _Data:
    """The turns of one task; `labels` is -1 where a turn has none, `folds` the fold of each turn."""

    turns: Turns
    labels: Labels
    folds: NDArray[np.int64]
    names: list[str]


def train_heads(
    dialogues: Sequence[AnnotatedDialogue], embedder: SentenceEmbedder, say: Say = lambda _: None
) -> dict[Task, Head]:
    """A head for each task.

    Raises:
        ValueError: a task has fewer than two labels in the dialogues.
        ImportError: scikit-learn is not installed.
    """
    from threadpoolctl import threadpool_limits

    vectors = embedded(dialogues, embedder)
    heads: dict[Task, Head] = {}
    seen: Rows | None = None
    # Threads that wait for each other on a busy machine cost more than they bring.
    with threadpool_limits(1):
        for task in (Task.EMOTION, Task.STRATEGY, Task.NEXT_STRATEGY):
            data = _data(task, dialogues, read_turns(task, dialogues, vectors))
            before = seen if task is Task.NEXT_STRATEGY else None
            say(f"{task}: {int((data.labels >= 0).sum())} labelled turns")
            heads[task], emissions = _train(data, before, say)
            seen = emissions if task is Task.STRATEGY else seen
    return heads


def _data(task: Task, dialogues: Sequence[AnnotatedDialogue], turns: Turns) -> _Data:
    names = labels_of(task)
    items = reference_items(task, dialogues)
    known = {place: names.index(label) for place, label in zip(items.places, items.truth, strict=True)}
    labels = np.array([known.get(place, -1) for place in turns.places], dtype=np.int64)
    if len(set(labels[labels >= 0])) < 2:
        raise ValueError(f"The training dialogues have fewer than two labels for {task}.")
    folds = [zlib.crc32(dialogues[number].id.encode()) % FOLDS for number, _ in turns.places]
    return _Data(turns, labels, np.array(folds), names)


def _train(data: _Data, seen: Rows | None, say: Say) -> tuple[Head, Rows]:
    """The head, and the out-of-fold emissions it was tuned on."""
    has = data.labels >= 0
    truth = [data.names[label] for label in data.labels[has]]
    lift = learned_lift([data.labels[chain].tolist() for chain in data.turns.chains], len(data.names))
    words = _out_of_fold(data, partial(_word_part, data))
    best: tuple[float, Choice, float, float, Rows, Rows] | None = None
    for choice in CHOICES:
        dense = _out_of_fold(data, partial(_dense_part, data, choice))
        for sharpness, strength in product(_SHARPNESSES, _STRENGTHS):
            emissions = _normal((dense * words) ** sharpness)
            joined = _chained(emissions, seen, data.turns, lift**strength)
            guessed = [data.names[label] for label in joined[has].argmax(axis=1)]
            scores = score(truth, guessed)
            value = (scores.accuracy + scores.weighted_f1) / 2
            if best is None or value > best[0]:
                best = (value, choice, sharpness, strength, emissions, joined)
    assert best is not None  # noqa: S101 - CHOICES is not empty
    value, choice, sharpness, strength, emissions, joined = best
    say(
        f"C {choice.c}, balanced {choice.balanced}, sharpness {sharpness}, neighbours {strength}: "
        f"accuracy and weighted F1 {value:.3f} in the mean"
    )
    temperature = _temperature(joined[has], data.labels[has])
    everything = np.ones(len(data.labels), dtype=bool)
    head = replace(
        _word_part(data, everything),
        **_dense_arrays(data, everything, choice),
        lift=(lift**strength).astype(np.float32),
        sharpness=sharpness,
        temperature=temperature,
        threshold=_threshold(tempered(joined[has], temperature), data.labels[has]),
    )
    say(f"temperature {head.temperature:.2f}, threshold {head.threshold:.2f}")
    return head, emissions


def _out_of_fold(data: _Data, fit: Callable[[NDArray[np.bool_]], Head]) -> Rows:
    """Emissions of each turn by a head that was fitted without its fold."""
    result = np.zeros((len(data.labels), len(data.names)))
    for fold in range(FOLDS):
        rows = data.folds == fold
        if rows.any():
            result[rows] = fit(~rows).emissions(_only(data.turns, rows))
    return result


def _chained(emissions: Rows, seen: Rows | None, turns: Turns, lift: Rows) -> Rows:
    if seen is None:
        return smoothed(emissions, turns.chains, lift)
    return foretold(emissions, seen, turns.chains, lift)


def _only(turns: Turns, rows: NDArray[np.bool_]) -> Turns:
    kept = np.flatnonzero(rows)
    return Turns(
        turns.dense[kept], [turns.words[row] for row in kept], [turns.places[row] for row in kept], []
    )


def _blank(data: _Data) -> Head:
    count = len(data.names)
    return Head(
        labels=data.names,
        weight=np.zeros((data.turns.dense.shape[1], count), dtype=np.float32),
        bias=np.zeros(count, dtype=np.float32),
        word_weight=np.zeros((BUCKETS, count), dtype=np.float32),
        word_bias=np.zeros(count, dtype=np.float32),
        idf=np.zeros(BUCKETS, dtype=np.float32),
        lift=np.ones((count, count), dtype=np.float32),
    )


def _dense_part(data: _Data, choice: Choice, rows: NDArray[np.bool_]) -> Head:
    return replace(_blank(data), **_dense_arrays(data, rows, choice))


def _dense_arrays(data: _Data, rows: NDArray[np.bool_], choice: Choice) -> dict[str, Any]:
    """Weights on the raw features; the scaling of the fit is folded into them."""
    fitted = rows & (data.labels >= 0)
    features = data.turns.dense[fitted]
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-6, scale, 1.0).astype(np.float32)
    weight, bias = _logistic((features - mean) / scale, data, fitted, choice)
    weight = weight / scale[:, None]
    return {"weight": weight.astype(np.float32), "bias": (bias - mean @ weight).astype(np.float32)}


def _word_part(data: _Data, rows: NDArray[np.bool_]) -> Head:
    from scipy.sparse import csr_matrix

    fitted = rows & (data.labels >= 0)
    counts = [data.turns.words[row] for row in np.flatnonzero(fitted)]
    idf = inverse_frequencies(counts)
    pairs = [weighted(row, idf) for row in counts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in pairs)])
    matrix = csr_matrix(
        (np.concatenate([values for _, values in pairs]), np.concatenate([item for item, _ in pairs]), ends),
        shape=(len(pairs), BUCKETS),
    )
    weight, bias = _logistic(matrix, data, fitted, Choice(WORD_C, balanced=False))
    return replace(
        _blank(data),
        word_weight=weight.astype(np.float32),
        word_bias=bias.astype(np.float32),
        idf=idf,
    )


def _logistic(features: Any, data: _Data, fitted: NDArray[np.bool_], choice: Choice) -> tuple[Rows, Rows]:
    """Weight (features, labels) and bias (labels,) of a multinomial logistic regression."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=choice.c, class_weight="balanced" if choice.balanced else None, max_iter=80, tol=1e-3
    )
    with warnings.catch_warnings():
        # Stopping early is regularisation here; the folds judge the result.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, data.labels[fitted])
    weight = np.zeros((features.shape[1], len(data.names)))
    bias = np.full(len(data.names), _ABSENT)
    coefficients, intercepts = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one column for two labels
        coefficients = np.hstack([-coefficients, coefficients]) / 2
        intercepts = np.array([-intercepts[0], intercepts[0]]) / 2
    weight[:, model.classes_] = coefficients
    bias[model.classes_] = intercepts
    return weight, bias


def _temperature(marginals: Rows, labels: Labels) -> float:
    rows = np.arange(len(labels))
    losses = [-np.log(tempered(marginals, value)[rows, labels]).mean() for value in _TEMPERATURES]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 4)


def _threshold(marginals: Rows, labels: Labels) -> float:
    """The lowest confidence above which the given answers reach `TARGET_ACCURACY`, by hundredths."""
    sure, right = marginals.max(axis=1), marginals.argmax(axis=1) == labels
    for threshold in np.arange(0.0, 1.0, 0.01):
        given = sure >= threshold
        if given.any() and right[given].mean() >= TARGET_ACCURACY:
            return round(float(threshold), 2)
    return 0.99


def _normal(rows: Rows) -> Rows:
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))

"""Equal to scikit-learn where it has the same measure; abstentions and intervals by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from ml.metrics.classification import bootstrap_intervals, majority_label, score

LABELS = ["anger", "fear", "joy", "neutral", "sadness"]


def random_labels(seed: int, items: int = 400) -> tuple[list[str], list[str]]:
    rng = np.random.default_rng(seed)
    truth = rng.choice(LABELS[1:], size=items, p=[0.05, 0.15, 0.6, 0.2])
    guessed = np.where(rng.random(items) < 0.5, truth, rng.choice(LABELS[:4], size=items))
    return [str(item) for item in truth], [str(item) for item in guessed]


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics", reason="the workbench's packages are not installed")
    truth, guessed = random_labels(seed)

    scores = score(truth, guessed)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        precision, recall, f1, support = sklearn.precision_recall_fscore_support(truth, guessed)
    assert scores.accuracy == pytest.approx(sklearn.accuracy_score(truth, guessed))
    assert scores.macro_f1 == pytest.approx(sklearn.f1_score(truth, guessed, average="macro"))
    assert scores.weighted_f1 == pytest.approx(sklearn.f1_score(truth, guessed, average="weighted"))
    assert [item.label for item in scores.labels] == sorted({*truth, *guessed})
    assert [item.precision for item in scores.labels] == pytest.approx(precision)
    assert [item.recall for item in scores.labels] == pytest.approx(recall)
    assert [item.f1 for item in scores.labels] == pytest.approx(f1)
    assert [item.support for item in scores.labels] == support.tolist()
    assert scores.confusion.counts == sklearn.confusion_matrix(truth, guessed).tolist()


def test_an_abstention_misses_its_label_and_accuses_no_other() -> None:
    scores = score(["joy", "joy", "fear", "fear"], ["joy", None, "fear", "joy"])

    assert (scores.items, scores.answered, scores.coverage) == (4, 3, 0.75)
    assert scores.accuracy == 0.5
    assert scores.accuracy_answered == pytest.approx(2 / 3)
    by_label = {item.label: item for item in scores.labels}
    assert (by_label["joy"].precision, by_label["joy"].recall) == (0.5, 0.5)
    assert (by_label["fear"].precision, by_label["fear"].recall) == (1.0, 0.5)
    assert scores.confusion.abstained == [0, 1]
    assert scores.confusion.counts == [[1, 1], [0, 1]]


def test_nothing_but_abstentions() -> None:
    scores = score(["joy", "fear"], [None, None])
    assert (scores.accuracy, scores.accuracy_answered, scores.macro_f1, scores.coverage) == (0, 0, 0, 0)


def test_intervals_hold_the_figure_and_come_from_dialogues() -> None:
    truth, guessed = random_labels(3)
    single = bootstrap_intervals(truth, guessed, range(400))
    # Every item ten times over: no more is known, so the intervals by group stay as wide.
    copied = bootstrap_intervals(truth * 10, guessed * 10, list(range(400)) * 10)
    naive = bootstrap_intervals(truth * 10, guessed * 10, range(4000))

    accuracy = score(truth, guessed).accuracy
    assert single.accuracy.low < accuracy < single.accuracy.high
    assert copied.accuracy == single.accuracy
    assert copied.groups == 400
    width = single.accuracy.high - single.accuracy.low
    assert naive.accuracy.high - naive.accuracy.low < width / 2
    expected = 2 * 1.96 * np.sqrt(accuracy * (1 - accuracy) / 400)
    assert width == pytest.approx(expected, rel=0.15)


def test_intervals_are_the_same_each_time_and_within_scores() -> None:
    truth, guessed = random_labels(4)
    groups = [place // 20 for place in range(400)]
    assert score(truth, guessed, groups).intervals == bootstrap_intervals(truth, guessed, groups)


def test_the_majority_label_and_ties() -> None:
    assert majority_label(["joy", "fear", "joy"]) == "joy"
    assert majority_label(["joy", "fear"]) == "fear"
    with pytest.raises(ValueError, match="no labels"):
        majority_label([])


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="0 reference labels"):
        score([], [])
    with pytest.raises(ValueError, match="1 reference labels and 2 answers"):
        score(["joy"], ["joy", "fear"])
    with pytest.raises(ValueError, match="1 groups"):
        score(["joy", "joy"], ["joy", "fear"], ["a"])

"""The chain against sums over all label sequences."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from ml.labelling.chains import foretold, learned_lift, smoothed


def by_hand(emissions: np.ndarray, lift: np.ndarray) -> np.ndarray:
    """Marginals by going through every sequence."""
    turns, labels = emissions.shape
    result = np.zeros_like(emissions)
    for sequence in product(range(labels), repeat=turns):
        weight = np.prod([emissions[turn, label] for turn, label in enumerate(sequence)])
        weight *= np.prod([lift[one, two] for one, two in pairwise(sequence)])
        for turn, label in enumerate(sequence):
            result[turn, label] += weight
    return result / result.sum(axis=1, keepdims=True)


def test_marginals_equal_the_sum_over_all_sequences() -> None:
    rng = np.random.default_rng(1)
    emissions, lift = rng.dirichlet(np.ones(3), size=7), rng.uniform(0.2, 3, size=(3, 3))
    found = smoothed(emissions, [[0, 2, 4, 6], [1, 5], [3]], lift)
    for chain in ([0, 2, 4, 6], [1, 5], [3]):
        np.testing.assert_allclose(found[chain], by_hand(emissions[chain], lift))


def test_an_unseen_turn_has_the_marginal_of_a_chain_that_ends_with_it() -> None:
    rng = np.random.default_rng(2)
    guesses, seen = rng.dirichlet(np.ones(3), size=4), rng.dirichlet(np.ones(3), size=4)
    lift = rng.uniform(0.2, 3, size=(3, 3))
    found = foretold(guesses, seen, [[0, 1, 2, 3]], lift)
    np.testing.assert_allclose(found[0], guesses[0])
    for turn in (1, 2, 3):
        np.testing.assert_allclose(found[turn], by_hand(np.vstack([seen[:turn], guesses[turn]]), lift)[-1])


def test_a_lift_of_one_changes_nothing() -> None:
    emissions = np.random.default_rng(3).dirichlet(np.ones(4), size=5)
    np.testing.assert_allclose(smoothed(emissions, [[0, 1, 2, 3, 4]], np.ones((4, 4))), emissions)


def test_lift_tells_what_follows_what_and_skips_what_has_no_label() -> None:
    lift = learned_lift([[0, 1] * 30, [2, -1, 2]], 3)
    assert lift[0, 1] > 1.5
    assert lift[0, 0] < 1
    assert lift[2] == pytest.approx(learned_lift([[0, 1] * 30, [2], [2]], 3)[2])

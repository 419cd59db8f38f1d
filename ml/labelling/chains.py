"""Neighbouring labels inform each other: a linear chain over the turns of one role.

Emissions are probabilities (rows, labels); `lift` (labels, labels) says how much more often a label
follows another than it occurs anyway, raised to a strength between 0 (ignored) and 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.floating]


def learned_lift(labels: Iterable[Sequence[int]], count: int) -> Rows:
    """Lift of label pairs that follow each other, with one pair of each kind added.

    Args:
        labels: label numbers of each chain, -1 where there is none.
        count: how many labels there are.
    """
    pairs = np.ones((count, count))
    single = np.ones(count)
    for chain in labels:
        for one, two in pairwise(chain):
            if one >= 0 and two >= 0:
                pairs[one, two] += 1
        for one in chain:
            if one >= 0:
                single[one] += 1
    follows = pairs / pairs.sum(axis=1, keepdims=True)
    return np.asarray(follows / (single / single.sum()))


def smoothed(emissions: Rows, chains: Iterable[Sequence[int]], lift: Rows) -> Rows:
    """Marginals given the whole chain (forward and backward)."""
    result = np.empty_like(emissions)
    for chain in chains:
        own = emissions[list(chain)]
        forward = _forward(own, lift)
        backward = np.ones_like(own)
        for step in range(len(own) - 2, -1, -1):
            backward[step] = _share(lift @ (own[step + 1] * backward[step + 1]))
        result[list(chain)] = _share(forward * backward)
    return result


def foretold(emissions: Rows, seen: Rows, chains: Iterable[Sequence[int]], lift: Rows) -> Rows:
    """Distributions of unseen turns: `emissions` from what came before, times what follows the
    turns of the chain that were `seen` up to there."""
    result = emissions.copy()
    for chain in chains:
        rows = list(chain)
        past = _forward(seen[rows], lift)
        result[rows[1:]] = _share(emissions[rows[1:]] * (past[:-1] @ lift))
    return result


def _forward(own: Rows, lift: Rows) -> Rows:
    forward = own.copy()
    for step in range(1, len(own)):
        forward[step] = _share(own[step] * (forward[step - 1] @ lift))
    return forward


def _share(rows: Rows) -> Rows:
    return np.asarray(rows / rows.sum(axis=-1, keepdims=True))

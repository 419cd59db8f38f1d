"""Whether a confidence means what it says, and what abstaining below it buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class CoveragePoint(NamedTuple):
    """What is left when answers below `threshold` are withheld."""

    threshold: float
    coverage: float
    accuracy: float
    """Of the answers given; 0 where none is."""


def expected_calibration_error(confidences: Sequence[float], hits: Sequence[bool], bins: int = 15) -> float:
    """The mean gap between confidence and accuracy over bins with equally many answers (Nixon et al.
    2019, arXiv 1904.01685), 0 to 1.

    Raises:
        ValueError: there are no answers, or the lengths differ.
    """
    if not confidences or len(confidences) != len(hits):
        raise ValueError(f"{len(confidences)} confidences and {len(hits)} hits cannot be compared.")
    order = np.argsort(np.asarray(confidences), kind="stable")
    sure = np.asarray(confidences, dtype=np.float64)[order]
    right = np.asarray(hits, dtype=np.float64)[order]
    gaps = [
        abs(part.sum() - right_part.sum())
        for part, right_part in zip(np.array_split(sure, bins), np.array_split(right, bins), strict=True)
    ]
    return float(sum(gaps) / len(sure))


def coverage_curve(
    confidences: Sequence[float], hits: Sequence[bool], thresholds: Sequence[float]
) -> list[CoveragePoint]:
    """Coverage and accuracy of the given answers at each threshold.

    Raises:
        ValueError: there are no answers, or the lengths differ.
    """
    if not confidences or len(confidences) != len(hits):
        raise ValueError(f"{len(confidences)} confidences and {len(hits)} hits cannot be compared.")
    sure, right = np.asarray(confidences), np.asarray(hits, dtype=np.float64)
    points = []
    for threshold in thresholds:
        given = sure >= threshold
        accuracy = float(right[given].mean()) if given.any() else 0.0
        points.append(CoveragePoint(threshold, float(given.mean()), accuracy))
    return points

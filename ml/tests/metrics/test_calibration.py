"""Calibration and coverage on answers whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from ml.metrics.calibration import coverage_curve, expected_calibration_error


def test_an_honest_confidence_has_little_error_and_a_boastful_one_its_boast() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.2, 0.9, size=20_000)
    right = rng.random(20_000) < sure
    assert expected_calibration_error(sure.tolist(), right.tolist()) < 0.02
    assert expected_calibration_error((sure + 0.1).tolist(), right.tolist()) == pytest.approx(0.1, abs=0.02)


def test_fewer_answers_than_bins() -> None:
    assert expected_calibration_error([0.8, 0.6], [True, False]) == pytest.approx((0.2 + 0.6) / 2)


def test_the_curve_counts_what_is_at_or_above() -> None:
    points = coverage_curve([0.2, 0.5, 0.5, 0.9], [False, True, False, True], [0.0, 0.5, 0.9, 0.95])
    assert [(point.coverage, point.accuracy) for point in points] == [
        (1.0, 0.5), (0.75, pytest.approx(2 / 3)), (0.25, 1.0), (0.0, 0.0),
    ]  # fmt: skip


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="0 confidences"):
        expected_calibration_error([], [])
    with pytest.raises(ValueError, match="1 confidences and 2 hits"):
        coverage_curve([0.1], [True, False], [0.0])

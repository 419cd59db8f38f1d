from __future__ import annotations

import numpy as np
import pytest

from ml.diarize.clustering import ClusterOptions, cluster_voices, nearest_voice


def _voices(count: int, each: int, spread: float = 0.05, likeness: float = 0.5, seed: int = 3) -> np.ndarray:
    """Unit vectors around `count` centres whose cosine to each other is about `likeness`."""
    random = np.random.default_rng(seed)
    shared = np.zeros(256)
    shared[0] = np.sqrt(likeness)
    points = []
    for voice in range(count):
        centre = shared.copy()
        centre[voice + 1] = np.sqrt(1 - likeness)
        noisy = centre + random.standard_normal((each, 256)) * spread / 2
        points.append(noisy / np.linalg.norm(noisy, axis=1, keepdims=True))
    return np.concatenate(points).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_number_of_voices_is_found(count: int) -> None:
    points = _voices(count, 25)

    centroids = cluster_voices(points, np.ones(len(points), bool))

    assert len(centroids) == count
    labels = nearest_voice(points, centroids)
    assert all(len(set(labels[voice * 25 : (voice + 1) * 25])) == 1 for voice in range(count))


def test_the_expected_number_is_obeyed() -> None:
    points = _voices(3, 20)
    everything = np.ones(len(points), bool)

    assert len(cluster_voices(points, everything, speakers_expected=2)) == 2
    assert len(cluster_voices(points, everything, speakers_expected=1)) == 1
    assert len(cluster_voices(_voices(1, 20), np.ones(20, bool), speakers_expected=2)) == 2


def test_a_few_odd_windows_are_no_voice() -> None:
    points = np.concatenate([_voices(1, 40), _voices(3, 1, seed=9)[1:]])

    assert len(cluster_voices(points, np.ones(len(points), bool))) == 1


def test_a_rare_voice_is_found() -> None:
    two = _voices(2, 60)
    points = np.concatenate([two[:60], two[60:66]])

    assert len(cluster_voices(points, np.ones(len(points), bool))) == 2


def test_many_points_are_thinned_out() -> None:
    points = _voices(2, 400)

    centroids = cluster_voices(points, np.ones(len(points), bool), options=ClusterOptions(most_points=100))

    assert len(centroids) == 2


def test_one_window_is_one_voice() -> None:
    assert cluster_voices(_voices(1, 1), np.array([False])).shape == (1, 256)

"""How many voices there are among speaker embeddings, and which is which.

Average-linkage clustering on cosine distance, refined by k-means, then a decision by how alike
the centroids are and how well the clusters stand apart. With this encoder two parts of one
voice have centroids at .85 or more and a silhouette up to .28; two voices have centroids at .75
or less in good sound, up to .85 in noise or over the phone, and a silhouette of .36 or more
(LibriSpeech test-other, and synthetic pairs clean, noisy, narrow-band and in a room). So either
measure may decide for two; a session has two voices far more often than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.diarize.base import MOST_SPEAKERS

Embeddings = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Two clusters are two voices when their centroids' cosine is below `two_voices`, or, with
    at least `enough_windows`, when the silhouette is `apart` and the cosine below `one_voice`.
    A third and further voice must be below `more_voices` of all others. A voice has at least
    `least_windows` windows. At most `most_points` windows are clustered, evenly spread; the
    rest follow the centroids (an hour of speech has 4,500)."""

    two_voices: float = 0.77
    one_voice: float = 0.88
    apart: float = 0.32
    enough_windows: int = 12
    more_voices: float = 0.76
    least_windows: int = 3
    most_points: int = 3_000
    silhouette_slack: float = 0.08


def cluster_voices(
    embeddings: Embeddings,
    reliable: npt.NDArray[np.bool_],
    speakers_expected: int | None = None,
    options: ClusterOptions = ClusterOptions(),
) -> Embeddings:
    """Centroids of the voices, one row each, unit length.

    `reliable` marks windows long enough to be clustered by; where none is, all are used.
    """
    points = embeddings[reliable] if reliable.any() else embeddings
    if len(points) > options.most_points:
        points = points[np.linspace(0, len(points) - 1, options.most_points).astype(np.int64)]
    if len(points) < 2 or speakers_expected == 1:
        return _centroids(points, np.zeros(len(points), np.int64))
    tree = _linkage(points)
    if speakers_expected is not None:
        return _refine(points, _cut(points, tree, min(speakers_expected, len(points)), 1))
    best = np.zeros(len(points), np.int64)
    best_silhouette = 0.0
    for count in range(2, min(MOST_SPEAKERS, len(points)) + 1):
        labels = _cut(points, tree, count, options.least_windows)
        if labels.max() + 1 < count:
            continue
        refined = _refine(points, labels)
        labels = nearest_voice(points, refined)
        sizes = np.bincount(labels, minlength=count)
        silhouette = _silhouette(points, labels)
        if sizes.min() < options.least_windows or not _are_voices(refined, silhouette, len(points), options):
            continue
        if silhouette > best_silhouette - (options.silhouette_slack if count > 2 else 0.0):
            best, best_silhouette = labels, max(silhouette, best_silhouette)
    return _refine(points, best)


def _are_voices(centroids: Embeddings, silhouette: float, count: int, options: ClusterOptions) -> bool:
    alike = _most_alike(centroids)
    if len(centroids) > 2:
        return alike < options.more_voices
    if alike < options.two_voices:
        return True
    return count >= options.enough_windows and silhouette >= options.apart and alike < options.one_voice


def nearest_voice(embeddings: Embeddings, centroids: Embeddings) -> Labels:
    """The index of the most alike centroid for each embedding."""
    return np.asarray((embeddings @ centroids.T).argmax(axis=1), np.int64)


def _linkage(points: Embeddings) -> npt.NDArray[np.float64]:
    from scipy.cluster.hierarchy import linkage

    return np.asarray(linkage(points.astype(np.float64), "average", metric="cosine"))


def _cut(points: Embeddings, tree: npt.NDArray[np.float64], count: int, least: int) -> Labels:
    """Labels of `count` clusters of at least `least` points: a cut lower in the tree where one
    high up only takes outliers off; outliers join the nearest cluster."""
    from scipy.cluster.hierarchy import fcluster

    labels = np.zeros(len(points), np.int64)
    for wanted in range(count, min(len(points), count + 12) + 1):
        labels = fcluster(tree, wanted, "maxclust").astype(np.int64)
        sizes = np.bincount(labels)
        large: Sequence[int] = [name for name in np.argsort(-sizes) if sizes[name] >= least][:count]
        if len(large) == count or wanted == min(len(points), count + 12):
            if not large:
                return np.zeros(len(points), np.int64)
            centroids = np.stack([_unit(points[labels == name].mean(axis=0)) for name in large])
            if len(large) == count:
                return nearest_voice(points, centroids)
    return np.zeros(len(points), np.int64)


def _refine(points: Embeddings, labels: Labels, rounds: int = 5) -> Embeddings:
    """Spherical k-means from the given labels."""
    centroids = _centroids(points, labels)
    for _ in range(rounds):
        moved = nearest_voice(points, centroids)
        if len(np.unique(moved)) < len(centroids):
            break
        centroids = _centroids(points, moved)
    return centroids


def _centroids(points: Embeddings, labels: Labels) -> Embeddings:
    names = np.unique(labels)
    return np.stack([_unit(points[labels == name].mean(axis=0)) for name in names]).astype(np.float32)


def _unit(vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def _most_alike(centroids: Embeddings) -> float:
    cosines = centroids @ centroids.T
    return float(cosines[~np.eye(len(centroids), dtype=bool)].max())


def _silhouette(points: Embeddings, labels: Labels) -> float:
    """Mean silhouette on cosine distance."""
    names = np.unique(labels)
    members = (labels[:, None] == names[None]).astype(np.float32)
    sums = (1.0 - points @ points.T) @ members
    sizes = members.sum(axis=0)
    own = members.astype(bool)
    inside = sums[own] / np.maximum(sizes[own.argmax(axis=1)] - 1, 1)
    outside = np.where(own, np.inf, sums / sizes).min(axis=1)
    return float(((outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9)).mean())

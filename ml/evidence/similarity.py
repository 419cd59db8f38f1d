"""Likeness of units to the prototype sentences of each topic, by sentence embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.evidence.embedding import SentenceEmbedder
from ml.evidence.topics import BACKGROUND, PROTOTYPES
from ml.schemas.report import Topic

FLOOR, CEILING = 0.30, 0.70
"""Cosines of MiniLM between an unrelated and a near-identical everyday sentence."""


class TopicSimilarity:
    """Scores sentences against the prototype banks; the banks are embedded once.

    Args:
        embedder: unit vectors for sentences; English.
    """

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self._embedder = embedder
        self._topics = list(PROTOTYPES)
        self._banks: list[NDArray[np.float32]] | None = None
        self._background: NDArray[np.float32] | None = None

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector for each sentence."""
        return self._embedder.embed(sentences)

    def scores(self, vectors: NDArray[np.float32]) -> tuple[list[dict[Topic, float]], list[bool]]:
        """For each vector the likeness to each topic, 0 to 1, and whether small talk is nearer."""
        if self._banks is None or self._background is None:
            self._banks = [self._embedder.embed(PROTOTYPES[t]) for t in self._topics]
            self._background = self._embedder.embed(BACKGROUND)
        if not len(vectors):
            return [], []
        columns = np.stack([(vectors @ bank.T).max(axis=1) for bank in self._banks], axis=1)
        small_talk = (vectors @ self._background.T).max(axis=1) > columns.max(axis=1)
        scaled = np.clip((columns - FLOOR) / (CEILING - FLOOR), 0.0, 1.0)
        rows = [dict(zip(self._topics, map(float, row), strict=True)) for row in scaled]
        return rows, [bool(flag) for flag in small_talk]

"""The trained reader's model: the probability of each risk label for a short passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.errors import BackendNotInstalled
from ml.weights.mpnet import positions_of

MAX_TOKENS = 128
BATCH = 64


class RiskScorer(Protocol):
    """Anything that rates passages by risk label."""

    labels: list[str]
    """``<category>.<mark>``; marks are endorsed, past, other, denied and asked."""

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row for each passage, a column for each label, each 0 to 1."""
        ...


class RiskEncoder:
    """The risk encoder of `ml.weights.risk_encoder` in its folder; English only.

    Raises:
        BackendNotInstalled: the folder lacks a file or holds an unreadable one.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._encoder = ctranslate2.Encoder(
                str(folder), device="cpu", compute_type="float32", intra_threads=threads
            )
            with np.load(folder / "head.npz") as head:
                self._weight = head["weight"].astype(np.float32)
                self._bias = head["bias"].astype(np.float32)
                self.labels = [str(label) for label in head["labels"]]
        except Exception as error:  # the libraries raise bare exceptions of their own
            raise BackendNotInstalled(
                "The risk encoder is not readable. Get it with: python manage.py fetch_models risk-encoder"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `RiskScorer`; an empty input gives no rows."""
        return np.asarray(1 / (1 + np.exp(-(self.pooled(texts) @ self._weight.T + self._bias))), np.float32)

    def pooled(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What the head reads, (passages, 1536): the mean and the largest of the token states."""
        result = np.zeros((len(texts), self._weight.shape[1]), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            given = [ids[index] for index in batch]
            output = self._encoder.forward_batch(given, token_type_ids=[positions_of(row) for row in given])
            hidden = np.array(output.last_hidden_state, dtype=np.float32)
            for place, index in enumerate(batch):
                states = hidden[place, : len(ids[index])]
                result[index] = np.concatenate([states.mean(axis=0), states.max(axis=0)])
        return result

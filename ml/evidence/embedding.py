# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Sentence embeddings: all-MiniLM-L6-v2 as a CTranslate2 encoder, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.errors import BackendNotInstalled

MAX_TOKENS = 256
"""Longer sentences are cut; the original was trained on 128 to 256 word pieces."""


class SentenceEmbedder(Protocol):
    """Turns sentences into unit vectors whose dot product is their likeness."""

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row for each sentence, in order; an empty input gives no rows."""
        ...


class MiniLMEmbedder:
    """MiniLM in a folder with a CTranslate2 ``model.bin`` and the original ``tokenizer.json``.

    English only. The weights are stored int8 and computed float32: int8 arithmetic drifts and
    makes a sentence's vector depend on its neighbours in the batch.

    Args:
        folder: the complete model folder (``WeightStore(root).path("minilm")``).
        threads: CPU threads for one batch.
        batch_size: sentences computed together; longer input is cut into batches.

    Raises:
        BackendNotInstalled: the folder lacks the model or its tokenizer.
    """

    def __init__(self, folder: Path, threads: int = 2, batch_size: int = 64) -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._encoder = ctranslate2.Encoder(
                str(folder), device="cpu", compute_type="float32", intra_threads=threads
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise BackendNotInstalled(
                "The sentence embedding model is not readable. Get it with: python manage.py fetch_models minilm"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._batch_size = batch_size

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Mean of the last hidden states over the real tokens, normalised to length 1."""
        if not sentences:
            return np.zeros((0, 384), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(sentences))]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        rows: list[Any] = [None] * len(ids)
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            output = self._encoder.forward_batch([ids[index] for index in batch])
            hidden = np.array(output.last_hidden_state, dtype=np.float32)
            for place, index in enumerate(batch):
                mean = hidden[place, : len(ids[index])].mean(axis=0)
                rows[index] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return np.stack(rows).astype(np.float32)

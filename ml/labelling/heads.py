"""The light labeller's weights for one task, and the folder they lie in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import BackendNotInstalled
from ml.labelling.chains import Rows
from ml.labelling.tasks import Task
from ml.labelling.turns import Turns
from ml.labelling.words import weighted

FORMAT = 1
ARRAYS, FACTS = "labeller.npz", "labeller.json"
HOW_TO_GET = "Train it with: python manage.py dataset_train_labeller --mesc FILE"
_PARTS = ("weight", "bias", "word_weight", "word_bias", "idf", "lift")


@dataclass(frozen=True, slots=True)
class Head:
    """Two linear readers whose opinions are multiplied, and how to temper them.

    `weight` (features, labels) and `bias` read `Turns.dense`; `word_weight` (BUCKETS, labels),
    `word_bias` and `idf` read `Turns.words`; `lift` is the chain's (see `ml.labelling.chains`), with
    `strength` already applied. `sharpness` is the power of the product (1/2 is the geometric mean),
    `temperature` divides the logarithms of the chain's marginals; below `threshold` an answer is
    withheld.
    """

    labels: list[str]
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    word_weight: NDArray[np.float32]
    word_bias: NDArray[np.float32]
    idf: NDArray[np.float32]
    lift: NDArray[np.float32]
    sharpness: float = 1.0
    temperature: float = 1.0
    threshold: float = 0.0

    def emissions(self, turns: Turns) -> Rows:
        """What each turn by itself says, (turns, labels), each row a distribution."""
        dense = log_softmax(turns.dense.astype(np.float64) @ self.weight + self.bias)
        words = np.empty_like(dense)
        for row, counts in enumerate(turns.words):
            buckets, values = weighted(counts, self.idf)
            words[row] = values @ self.word_weight[buckets] + self.word_bias
        return np.exp(log_softmax(self.sharpness * (dense + log_softmax(words))))

    def tempered(self, marginals: Rows) -> Rows:
        """Distributions whose largest value is an honest confidence."""
        return tempered(marginals, self.temperature)


def log_softmax(scores: Rows) -> Rows:
    """Normalised log-probabilities of each row."""
    top = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(top - np.log(np.exp(top).sum(axis=-1, keepdims=True)))


def tempered(marginals: Rows, temperature: float) -> Rows:
    """Each row raised to 1 / temperature and made a distribution again."""
    return np.exp(log_softmax(np.log(np.maximum(marginals, 1e-12)) / temperature))


def save_heads(folder: Path, heads: Mapping[Task, Head], facts: Mapping[str, Any]) -> None:
    """Write the weights (``labeller.npz``) and then what they are (``labeller.json``)."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"{task}.{part}": getattr(head, part) for task, head in heads.items() for part in _PARTS}
    np.savez_compressed(folder / ARRAYS, **arrays)
    described = {
        str(task): {
            "labels": head.labels,
            "sharpness": head.sharpness,
            "temperature": head.temperature,
            "threshold": head.threshold,
        }
        for task, head in heads.items()
    }
    text = json.dumps({"format": FORMAT, "tasks": described, **facts}, indent=2, ensure_ascii=False)
    (folder / FACTS).write_text(text + "\n", encoding="utf-8")


def load_heads(folder: Path) -> dict[Task, Head]:
    """Read what `save_heads` wrote.

    Raises:
        BackendNotInstalled: there is nothing, or nothing readable; the sentence says how to train.
    """
    if not (folder / FACTS).is_file():
        raise BackendNotInstalled(f"The light labeller has no weights in {folder}. {HOW_TO_GET}")
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if facts["format"] != FORMAT:
            raise ValueError(f"format {facts['format']}")
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            return {
                Task(task): Head(**values, **{part: arrays[f"{task}.{part}"] for part in _PARTS})
                for task, values in facts["tasks"].items()
            }
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise BackendNotInstalled(
            f"The light labeller's weights in {folder} are not readable "
            f"({type(error).__name__}). {HOW_TO_GET}"
        ) from None

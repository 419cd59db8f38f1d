"""Make ml/evidence/risk/likeness.npz from the prototype sentences.

Example: python -m benchmarks.risk.train_likeness var/models/minilm
A further argument names a file of marked statements whose client turns join the prototypes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.risk.scoring import language_of, read_statements
from ml.evidence import risk
from ml.evidence.clauses import sentences
from ml.evidence.embedding import MiniLMEmbedder

FOLDER = Path(risk.__file__).parent
STEPS, RATE, STRENGTH = 1500, 2.0, 10.0


def prototypes() -> list[tuple[str, str]]:
    """(class, sentence) pairs of the files in prototypes/; the file's name is the class."""
    pairs = []
    for path in sorted((FOLDER / "prototypes").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        pairs += [(path.stem, line.strip()) for line in lines if line.strip()]
    return pairs


def marked(path: Path) -> list[tuple[str, str]]:
    """Client turns of marked statements that hold one flag or none, under the class that fits."""
    pairs = []
    for record in read_statements(path):
        said = [turn["text"] for turn in record["turns"] if turn["speaker"] == "client"]
        if (
            language_of(record) != "en"
            or len(record["turns"]) != 1
            or not said
            or len(record["expected"]) > 1
        ):
            continue
        name = "none"
        for flag in record["expected"]:
            self_directed = flag["category"] in {"suicide", "self_harm"}
            name = flag["category"]
            if flag["polarity"] != "endorsed":
                name = "denied" if self_directed else "none"
            elif self_directed and flag["subject"] == "other":
                name = "other_person"
            elif self_directed and flag["timeframe"] == "past":
                name = "past"
        pairs.append((name, said[0]))
        if len(sentences(said[0])) > 1 and name == "none":
            pairs += [(name, sentence.text) for sentence in sentences(said[0])]
    return pairs


def softmax_regression(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and bias by gradient descent with momentum; deterministic."""
    weights, bias = np.zeros((vectors.shape[1], count)), np.zeros(count)
    speed, wanted = np.zeros_like(weights), np.eye(count)[labels]
    for _ in range(STEPS):
        logits = vectors @ weights + bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        error = odds / odds.sum(axis=1, keepdims=True) - wanted
        speed = 0.9 * speed + vectors.T @ error / len(labels) + weights / (STRENGTH * len(labels))
        weights -= RATE * speed
        bias -= RATE * error.mean(axis=0)
    return weights, bias


def main() -> None:
    """Embed, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("statements", type=Path, nargs="*")
    parser.add_argument("--out", type=Path, default=FOLDER / "likeness.npz")
    options = parser.parse_args()
    pairs = prototypes()
    for path in options.statements:
        pairs += marked(path)
    classes = sorted({name for name, _ in pairs})
    vectors = MiniLMEmbedder(options.minilm).embed([text for _, text in pairs])
    labels = np.array([classes.index(name) for name, _ in pairs])
    weights, bias = softmax_regression(vectors, labels, len(classes))
    np.savez_compressed(
        options.out,
        classes=np.array(classes),
        labels=labels.astype(np.int8),
        bank=np.clip(np.round(vectors * 512), -127, 127).astype(np.int8),
        weights=weights.astype(np.float16),
        bias=bias.astype(np.float32),
    )
    sys.stdout.write(f"{len(pairs)} sentences, {len(classes)} classes: {options.out.name}\n")


if __name__ == "__main__":
    main()

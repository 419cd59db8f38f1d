"""Pictures for reports, drawn without a display."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def draw_loss(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Training loss by step, with the held-out loss where it was measured."""
    figure, axes = _figure(6.4, 3.6)
    for key, name, style in (("loss", "training", "-"), ("eval_loss", "held out", "o-")):
        points = [(entry["step"], entry[key]) for entry in history if key in entry]
        if points:
            axes.plot(*zip(*points, strict=True), style, label=name, linewidth=1.2)
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats per learnt token)")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata={"Software": None})


def draw_confusion(matrix: np.ndarray, labels: Sequence[str], title: str, path: Path) -> None:
    """A confusion matrix: rows are the true labels, shaded by their share, counts written in."""
    size = 1.8 + 0.55 * len(labels)
    figure, axes = _figure(size, size * 0.85)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    names = [label if len(label) < 22 else f"{label[:20]}…" for label in labels]
    axes.set_xticks(range(len(labels)), names, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(labels)), names, fontsize=8)
    for row, column in np.ndindex(*matrix.shape):
        colour = "white" if share[row, column] > 0.5 else "black"
        axes.text(column, row, int(matrix[row, column]), ha="center", va="center", fontsize=7, color=colour)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata={"Software": None})


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()

"""Figures on MESC's test dialogues, to be read beside ours and never as ours.

Ours are on whatever split is evaluated; the test dialogues are not the validation dialogues.
"""

from __future__ import annotations

from ml.labelling.tasks import Task
from ml.schemas.base import Record


class Anchor(Record):
    """A published result; shares are 0 to 1, None where it is not stated."""

    name: str
    task: Task
    accuracy: float
    weighted_f1: float | None = None


ANCHORS = [
    Anchor(name="majority", task=Task.EMOTION, accuracy=0.342, weighted_f1=0.174),
    Anchor(name="TF-IDF, linear", task=Task.EMOTION, accuracy=0.348, weighted_f1=0.291),
    Anchor(name="TF-IDF, linear", task=Task.STRATEGY, accuracy=0.494, weighted_f1=0.461),
    Anchor(name="TF-IDF, linear", task=Task.NEXT_STRATEGY, accuracy=0.352, weighted_f1=0.328),
    Anchor(name="SMES (arXiv 2408.03650)", task=Task.EMOTION, accuracy=0.546),
    Anchor(name="MultiMood GRPO", task=Task.EMOTION, accuracy=0.586, weighted_f1=0.578),
    Anchor(name="Qwen2.5-7B fine-tuned", task=Task.EMOTION, accuracy=0.530, weighted_f1=0.511),
    Anchor(name="SMES (arXiv 2408.03650)", task=Task.NEXT_STRATEGY, accuracy=0.490),
    Anchor(name="MultiMood GRPO", task=Task.NEXT_STRATEGY, accuracy=0.428, weighted_f1=0.397),
    Anchor(name="Qwen2.5-7B fine-tuned", task=Task.NEXT_STRATEGY, accuracy=0.351, weighted_f1=0.345),
]
"""The papers give one strategy figure; it is read as prediction, as their models choose a strategy before
they reply. Majority and TF-IDF were measured for this project on the same test dialogues."""

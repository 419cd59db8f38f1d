"""The labeller table: emotions and strategies on MESC's validation dialogues.

Every labeller learns from the training dialogues only. The light labeller's weights are those of
`manage.py dataset_train_labeller` on the same file.

Usage: python -m benchmarks.labels.evaluate mesc_train_val.csv [--models-dir DIR] [--weights DIR] [--out FILE]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.corpora.mesc import read_mesc
from ml.labelling.backends import LABELLERS
from ml.labelling.light import LightLabeller
from ml.labelling.tasks import Items, Labeller, Task, at_places, reference_items
from ml.metrics.calibration import CoveragePoint, coverage_curve, expected_calibration_error
from ml.metrics.classification import Interval, Scores, score
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.transcript import SpeakerRole

ROOT = Path(__file__).resolve().parents[2]
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
QUESTIONS = (
    ("Emotion, all turns", Task.EMOTION, None),
    ("Emotion, the client's turns", Task.EMOTION, SpeakerRole.CLIENT),
    ("Strategy of a therapist's turn that is seen (labelling)", Task.STRATEGY, None),
    ("Strategy of the therapist's next turn (prediction, the turn is not seen)", Task.NEXT_STRATEGY, None),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One labeller on one question."""

    name: str
    scores: Scores
    calibration_error: float
    curve: list[CoveragePoint]
    per_second: float


def main() -> None:
    """Evaluate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mesc", type=Path)
    parser.add_argument("--models-dir", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "labellers.md")
    options = parser.parse_args()
    dialogues = read_mesc(options.mesc)
    train = [item for item in dialogues if item.split is Split.TRAIN]
    held_out = [item for item in dialogues if item.split is Split.VALIDATION]
    light = LightLabeller(options.models_dir, options.weights, abstain=False)
    wary = LightLabeller(options.models_dir, options.weights)
    labellers: list[tuple[str, Labeller]] = [
        ("majority", LABELLERS.build("majority", train=train)),
        ("rules (cues)", LABELLERS.build("rules")),
        ("TF-IDF", LABELLERS.build("tfidf", train=train)),
        ("light", light),
        ("light, abstaining", wary),
    ]
    sections = []
    for title, task, role in QUESTIONS:
        items = _of_role(reference_items(task, held_out), role)
        rows = [_row(name, labeller, task, held_out, items) for name, labeller in labellers]
        sections.append(_section(title, items, [row for row in rows if row.scores.answered]))
        print(sections[-1])
    options.out.write_text(_page(train, held_out, sections), encoding="utf-8")


def _of_role(items: Items, role: SpeakerRole | None) -> Items:
    kept = [place for place, found in enumerate(items.roles) if role in (None, found)]
    return Items(*([column[place] for place in kept] for column in items))  # type: ignore[arg-type]


def _row(
    name: str, labeller: Labeller, task: Task, dialogues: Sequence[AnnotatedDialogue], items: Items
) -> Row:
    began = time.process_time()
    answers = at_places(labeller.answer(task, dialogues), items)
    seconds = time.process_time() - began
    given = [(answer, truth) for answer, truth in zip(answers, items.truth, strict=True) if answer]
    sure, right = (
        [answer.confidence for answer, _ in given],
        [answer.label == truth for answer, truth in given],
    )
    return Row(
        name,
        score(items.truth, [answer and answer.label for answer in answers], items.dialogues),
        expected_calibration_error(sure, right) if given else 0.0,
        coverage_curve(sure, right, THRESHOLDS) if given else [],
        len(answers) / max(seconds, 1e-9),
    )


def _section(title: str, items: Items, rows: Sequence[Row]) -> str:
    lines = [
        f"## {title}",
        "",
        f"{len(items.truth)} turns of {len(set(items.dialogues))} dialogues.",
        "",
        "| labeller | accuracy | macro F1 | weighted F1 | answered | right, of these | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        scores, intervals = row.scores, row.scores.intervals
        assert intervals is not None
        lines.append(
            f"| {row.name} | {_figure(scores.accuracy, intervals.accuracy)} "
            f"| {_figure(scores.macro_f1, intervals.macro_f1)} "
            f"| {_figure(scores.weighted_f1, intervals.weighted_f1)} "
            f"| {scores.coverage:.0%} | {100 * scores.accuracy_answered:.1f} "
            f"| {100 * row.calibration_error:.1f} |"
        )
    light = next(row for row in rows if row.name == "light")
    lines += ["", "Light labeller, when answers below a confidence are withheld:", ""]
    lines.append("| confidence at least | " + " | ".join(f"{p.threshold:.1f}" for p in light.curve) + " |")
    lines.append("|---" * (len(light.curve) + 1) + "|")
    lines.append("| answered | " + " | ".join(f"{p.coverage:.0%}" for p in light.curve) + " |")
    lines.append("| right, of these | " + " | ".join(f"{p.accuracy:.0%}" for p in light.curve) + " |")
    lines += [
        "",
        "Light labeller by label:",
        "",
        "| label | turns | precision | recall | F1 |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.label} | {one.support} | {one.precision:.2f} | {one.recall:.2f} | {one.f1:.2f} |"
        for one in sorted(light.scores.labels, key=lambda item: -item.support)
    ]
    return "\n".join([*lines, ""])


def _figure(value: float, interval: Interval) -> str:
    return f"{100 * value:.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


def _page(
    train: Sequence[AnnotatedDialogue], held_out: Sequence[AnnotatedDialogue], sections: Sequence[str]
) -> str:
    episodes = [{item.source.source_id for item in part} for part in (train, held_out)]
    head = f"""# Labellers on MESC's validation dialogues

Written by `python -m benchmarks.labels.evaluate`. All labellers learned from MESC's {len(train)} training \
dialogues; figures are percentages on its {len(held_out)} validation dialogues, text only. In brackets: 95 % \
bootstrap intervals, whole dialogues resampled. {len(episodes[0] & episodes[1])} of the \
{len(episodes[0] | episodes[1])} episodes occur in both parts, so other people's sessions will be harder. A \
withheld answer counts as wrong in accuracy and F1; "answered" and "right, of these" tell the rest. \
Calibration error: mean gap between confidence and accuracy in 15 equal groups.

Published on MESC's test dialogues, which are others: SMES emotion accuracy 54.6, strategy 49.0; MultiMood \
GRPO emotion 58.6, strategy 42.8; Qwen2.5-7B fine-tuned emotion 53.0, strategy 35.1. The test set's share of \
neutral is smaller, so figures do not compare across the two sets.
"""
    return "\n".join([head, *sections])


if __name__ == "__main__":
    main()

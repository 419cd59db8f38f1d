"""The labels that need no cloud, on MESC's validation dialogues: what decides the default preset.

The dialogues go through `dataset_annotate` as any data set does, once with `--preset packaged` (rules
and the packaged text model) and once with `--preset light`, in a folder that keeps what is finished:
run it again after an interruption. Baselines learn from the training dialogues.

Usage: python -m benchmarks.labels.packaged_annotation mesc_train_val.csv FOLDER [--turns 300] [--out FILE]
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset.annotation.config import AnnotationConfig, load_config
from dataset.annotation.pipeline import Annotation
from dataset.annotation.queues import ModelSlot
from dataset.rooms import DataSet, open_data_set
from dataset.workspace import write_text
from ml.corpora.mesc import read_mesc
from ml.labelling.backends import LABELLERS
from ml.labelling.light import LightLabeller
from ml.labelling.tasks import Items, Labeller, Task, at_places, reference_items
from ml.metrics.classification import Interval, Scores, score
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.transcript import SpeakerRole

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = (
    ("Emotion, all turns", Task.EMOTION, None),
    ("Emotion, the client's turns", Task.EMOTION, SpeakerRole.CLIENT),
    ("Emotion, the therapist's turns", Task.EMOTION, SpeakerRole.THERAPIST),
    ("Strategy of the therapist's turns", Task.STRATEGY, None),
)
PLAYLIST = "mesc"
Answers = list[str | None]


@dataclass(frozen=True, slots=True)
class Run:
    """What a preset made of the dialogues, how often a model was asked, and why turns have no label."""

    annotated: list[AnnotatedDialogue]
    calls: int
    quarantined: list[str]


def main() -> None:
    """Annotate, compare, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mesc", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--split", choices=[item.value for item in Split], default=Split.VALIDATION.value)
    parser.add_argument("--models-dir", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "labels.md")
    options = parser.parse_args()
    dialogues = read_mesc(options.mesc)
    train = [item for item in dialogues if item.split is Split.TRAIN]
    wanted = [item for item in dialogues if item.split is Split(options.split)]
    chosen = some_dialogues(wanted, options.turns)
    runs = {
        preset: run_preset(preset, options.folder / preset, options.models_dir, chosen)
        for preset in ("packaged", "light")
    }
    always = LightLabeller(options.models_dir, abstain=False)
    page = described(train, chosen, runs, always)
    options.out.write_text(page, encoding="utf-8")
    print(page)


def run_preset(preset: str, folder: Path, models_dir: Path, dialogues: Sequence[AnnotatedDialogue]) -> Run:
    """Annotate with a preset."""
    config = load_config(preset, environment={"MODELS_DIR": str(models_dir)})
    with open_data_set(str(folder), folder) as data_set:
        annotated = annotate(data_set, config, dialogues)
        entries = data_set.manifest.entries("label")
        return Run(
            annotated,
            sum(one.calls for one in data_set.ledger.totals()),
            [entry.reason for entry in entries if entry.outcome == "quarantined"],
        )


def some_dialogues(dialogues: Sequence[AnnotatedDialogue], turns: int) -> list[AnnotatedDialogue]:
    """Whole dialogues in an order that chance decided once, until there are so many turns."""
    chosen: list[AnnotatedDialogue] = []
    for dialogue in sorted(dialogues, key=lambda item: hashlib.sha256(item.id.encode()).hexdigest()):
        if sum(len(item.utterances) for item in chosen) >= turns:
            break
        chosen.append(dialogue)
    return chosen


def annotate(
    data_set: DataSet, config: AnnotationConfig, dialogues: Sequence[AnnotatedDialogue]
) -> list[AnnotatedDialogue]:
    """The dialogues with the labels of the configuration instead of their own."""
    folders = [data_set.workspace.video(PLAYLIST, dialogue.id) for dialogue in dialogues]
    for folder, dialogue in zip(folders, dialogues, strict=True):
        bare = [turn.model_copy(update={"emotion": None, "strategy": None}) for turn in dialogue.utterances]
        write_text(folder.dialogue, dialogue.model_copy(update={"utterances": bare}).model_dump_json() + "\n")
    with ModelSlot() as slot:
        Annotation(data_set, config, slot).run(folders, watch=lambda entry: print(entry.item, entry.outcome))
    return [AnnotatedDialogue.model_validate_json(folder.annotated.read_text()) for folder in folders]


def described(
    train: Sequence[AnnotatedDialogue],
    truth: Sequence[AnnotatedDialogue],
    runs: Mapping[str, Run],
    always: Labeller,
) -> str:
    """The page."""
    turns = sum(len(dialogue.utterances) for dialogue in truth)
    packaged = runs["packaged"]
    reasons = Counter(reason.split(":")[0] for reason in packaged.quarantined)
    withheld = len(runs["light"].quarantined)
    lines = [
        "# Labels without a cloud",
        "",
        "Written by `python -m benchmarks.labels.packaged_annotation`: `dataset_annotate` with the presets"
        f" `packaged` and `light` on {len(truth)} whole dialogues of MESC ({turns} turns, {truth[0].split})."
        " Rules and prompt were"
        " chosen on training dialogues only; baselines and the light labeller learned from all training"
        " dialogues (most episodes have dialogues in both parts, which flatters what learned). A withheld"
        " answer counts as wrong in accuracy and F1. In brackets 95 % intervals, resampled by dialogue.",
        "",
        f"`packaged`: {packaged.calls} model calls, {len(packaged.quarantined)} quarantined turns"
        + "".join(f" ({count} {reason})" for reason, count in reasons.items())
        + f". `light`: no model calls, {withheld} turns without any label.",
        "",
    ]
    baselines = [LABELLERS.build(name, train=train) for name in ("majority", "tfidf")]
    for title, task, role in QUESTIONS:
        lines += section(title, (task, role), [*baselines, always], truth, runs)
    return "\n".join(lines)


def section(
    title: str,
    question: tuple[Task, SpeakerRole | None],
    baselines: Sequence[Labeller],
    truth: Sequence[AnnotatedDialogue],
    runs: Mapping[str, Run],
) -> list[str]:
    """One table."""
    task, role = question
    items = reference_items(task, truth)
    kept = [place for place, found in enumerate(items.roles) if role in (None, found)]
    mine = _answers(task, items, runs["packaged"])
    rows: list[tuple[str, Answers]] = []
    for labeller in baselines:
        found = at_places(labeller.answer(task, truth), items)
        name = "light, answering always" if labeller.name == "light" else labeller.name
        rows.append((name, [answer and answer.label for answer in found]))
    withholding = [answer and answer[0] for answer in _answers(task, items, runs["light"])]
    rows.append(("light (the preset: withholds)", withholding))
    rows.append(("rules and packaged model", [answer and answer[0] for answer in mine]))
    by_rules: Answers = [answer[0] if answer and answer[1] == "rules" else None for answer in mine]
    by_model: Answers = [answer[0] if answer and answer[1] != "rules" else None for answer in mine]
    rows += [("- of these the rules' alone", by_rules), ("- of these the model's alone", by_model)]
    lines = [
        f"## {title}",
        "",
        f"{len(kept)} turns.",
        "",
        "| labels by | accuracy | macro F1 | weighted F1 | answered | right, of these |",
        "|---|---|---|---|---|---|",
    ]
    for name, answers in rows:
        scores = score(
            [items.truth[place] for place in kept],
            [answers[place] for place in kept],
            [items.dialogues[place] for place in kept],
        )
        if scores.answered:
            lines.append(_row(name, scores))
    return [*lines, ""]


def _answers(task: Task, items: Items, run: Run) -> list[tuple[str, str] | None]:
    given = [_given(task, dialogue) for dialogue in run.annotated]
    return [given[number][place] for number, place in items.places]


def _given(task: Task, dialogue: AnnotatedDialogue) -> list[tuple[str, str] | None]:
    labels = [turn.emotion if task is Task.EMOTION else turn.strategy for turn in dialogue.utterances]
    return [(label.value.value, label.annotator) if label else None for label in labels]


def _row(name: str, scores: Scores) -> str:
    spans = scores.intervals
    assert spans is not None
    return (
        f"| {name} | {_figure(scores.accuracy, spans.accuracy)} | {_figure(scores.macro_f1, spans.macro_f1)}"
        f" | {_figure(scores.weighted_f1, spans.weighted_f1)} | {scores.coverage:.0%}"
        f" | {100 * scores.accuracy_answered:.1f} |"
    )


def _figure(value: float, interval: Interval) -> str:
    return f"{100 * value:.1f} ({100 * interval.low:.1f} to {100 * interval.high:.1f})"


if __name__ == "__main__":
    main()

"""A small real model, LoRA-tuned on a part of MESC train, beside baselines, on all of MESC val.

    python -m benchmarks.finetune.small_model train
    python -m benchmarks.finetune.small_model measure tuned   (or base, majority, tfidf, light...)
    python -m benchmarks.finetune.small_model page            writes benchmarks/results/finetune.md

Every step leaves its figures in var/finetune/small_model, so that it can be done in pieces. `light`
needs the labeller's weights: `manage.py dataset_train_labeller --mesc FILE --out LIGHT`.
"""

from __future__ import annotations

import argparse
import json
import resource
from pathlib import Path
from typing import Any

from finetune.checkpoints import last_whole
from finetune.config import load_config
from finetune.dialogues import of_split, read_source
from finetune.evaluation.anchors import ANCHORS
from finetune.evaluation.labelling import NAMES, LabelResult, evaluate_labeller
from finetune.evaluation.report import HEADER, label_rows, markdown_table
from finetune.labellers import MODEL, build_labeller
from finetune.run_folder import RunFolder
from finetune.train import train
from ml.labelling.backends import LABELLERS as LABELLERS_OF_ML
from ml.labelling.tasks import Task
from ml.schemas.dialogue import Split

CONFIG = Path(__file__).parent / "smollm2_135m.yaml"
WORK = Path("var/finetune/small_model")
RUN = WORK.parent / "runs" / "smollm2_135m-mesc"
LIGHT = WORK / "light"
"""Weights of the light labeller; `dataset_train_labeller --out` writes them."""
PAGE = Path(__file__).parents[1] / "results" / "finetune.md"
LABELLERS = ("majority", "tfidf", "light", "light-abstaining", "base", "tuned")


def measure(name: str) -> None:
    """One labeller's scores, with the processor time they took."""
    config = load_config(CONFIG)
    dialogues = read_source(config.data.sources[0])
    if name in ("base", "tuned"):
        import torch

        torch.set_num_threads(1)
        adapter = _adapter() if name == "tuned" else None
        labeller = build_labeller(
            MODEL,
            base=config.model.path,
            adapter=adapter,
            context_turns=config.data.context_turns,
            dtype=config.model.dtype,
            say=print,
        )
        steps = "" if adapter in (None, RUN) else f" ({adapter.name})"
        labeller.name = f"SmolLM2-135M, {'tuned' if adapter else 'as it came'}{steps}"
    elif name.startswith("light"):
        abstain = name.endswith("abstaining")
        labeller = LABELLERS_OF_ML.build(
            "light", models_dir=Path("var/models"), folder=LIGHT, abstain=abstain
        )
        labeller.name = name
    else:
        labeller = build_labeller(name, train=of_split(dialogues, Split.TRAIN))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    WORK.mkdir(parents=True, exist_ok=True)
    results: list[dict[str, Any]] = []
    for task in Task:
        found = evaluate_labeller(labeller, of_split(dialogues, Split.VALIDATION), [task])
        results += [item.model_dump(mode="json") for item in found]
        seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        lines = {"cpu_seconds": round(seconds, 1), "results": results}
        (WORK / f"{name}.json").write_text(json.dumps(lines), encoding="utf-8")


def _adapter() -> Path:
    """The run's adapter; of a run that was stopped early, its last whole checkpoint."""
    whole, _ = last_whole(RUN / "checkpoints")
    if RunFolder(RUN).finished or whole is None:
        return RUN
    return whole


def page() -> str:
    """The measured part of the results page."""
    results: list[LabelResult] = []
    times = []
    absent = []
    for name in LABELLERS:
        path = WORK / f"{name}.json"
        if not path.is_file():
            absent.append(name)
            continue
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = [LabelResult.model_validate(item) for item in stored["results"]]
        results += found
        items = sum(item.scores.items for item in found)
        times.append([found[0].labeller, f"{stored['cpu_seconds']:.0f} s", str(items)])
    parts = ["## Labelling: the 102 validation dialogues of MESC"]
    for task in Task:
        anchors = "; ".join(
            f"{a.name} {100 * a.accuracy:.1f}" + (f" / {100 * a.weighted_f1:.1f}" if a.weighted_f1 else "")
            for a in ANCHORS
            if a.task is task
        )
        parts += [
            f"### {NAMES[task].capitalize()}",
            markdown_table(HEADER, label_rows(results, task)),
            f"On MESC's test dialogues (not these), accuracy / weighted F1: {anchors}.",
        ]
    parts += [
        "### Processor time for all three",
        markdown_table(["labeller", "CPU time", "turns asked about"], times),
    ]
    if absent:
        parts.append(f"Not measured on this page: {', '.join(absent)}.")
    metrics = RUN / "metrics.json"
    if metrics.is_file():
        figures = json.loads(metrics.read_text(encoding="utf-8"))
        parts.append(
            f"Training: {figures['steps']} steps, held-out loss {figures['base_validation_loss']:.3f} "
            f"before and {figures['validation_loss']:.3f} after (nats per token of the answer)."
        )
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("train")
    steps.add_parser("measure").add_argument("labeller", choices=LABELLERS)
    steps.add_parser("page")
    options = parser.parse_args()
    if options.step == "train":
        train(load_config(CONFIG), RUN, resume=RUN.exists(), say=print)
    elif options.step == "measure":
        measure(options.labeller)
    else:
        marker = "## Labelling"
        before = PAGE.read_text(encoding="utf-8").split(marker)[0] if PAGE.exists() else "# Fine-tuning\n\n"
        PAGE.write_text(before + page(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Let a tuned adapter serve, if it is better than what serves now."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from finetune.management.command import FinetuneCommand
from ml.corpora.reading import split_named


class Command(FinetuneCommand):
    help = "Compare a tuned adapter with what serves now, and let it serve if it is better."
    example = """
example:
  finetune_promote march --run var/finetune/runs/march --wording var/training-set/wording.jsonl

Exits 0 and says which setting switches to it, or 1 and says why it was refused. What serves now is
REPORT_ADAPTER, or the bare base model where that is empty; --against names another.
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the adapter is called from now on")
        parser.add_argument("--run", type=Path, required=True, help="an adapter, or a finished run")
        parser.add_argument("--wording", type=Path, required=True, help="the file of export_training_set")
        parser.add_argument("--split", default="test", help="held-out split, default test")
        parser.add_argument("--base", help="the base model, default the one the adapter names")
        parser.add_argument("--against", help="a promoted adapter; default REPORT_ADAPTER")
        parser.add_argument("--dtype", choices=["auto", "bfloat16", "float32"], default="auto")

    def perform(self, options: dict[str, Any]) -> None:
        from finetune.inference import adapter_folder, base_of, load_tuned
        from finetune.promotion import compare, promote
        from finetune.wording import evaluate_wording, read_wording
        from ml.weights.adapters import AdapterStore

        store = AdapterStore(Path(settings.ADAPTERS_DIR))
        store.root.mkdir(parents=True, exist_ok=True)
        before = settings.REPORT_ADAPTER if options["against"] is None else options["against"]
        base = options["base"] or base_of(adapter_folder(options["run"]))
        found = [item for item in read_wording(options["wording"]) if item.split is _split(options["split"])]
        scores = []
        for title, adapter in (
            (before or "base model", store.promoted_path(before) if before else None),
            (options["name"], options["run"]),
        ):
            scored = evaluate_wording(load_tuned(base, adapter, dtype=options["dtype"]), found)
            self.say(
                f"{title}: {scored.items} sentences, parsed {scored.parsed:.1%}, "
                f"faithful {scored.faithful:.1%}, marks {scored.rouge_l:.3f}"
            )
            scores.append(scored)
        current, candidate = scores
        verdict = compare(found, candidate, current)
        self.say(f"gain in marks {verdict.gain:+.3f} ({verdict.low:+.3f} to {verdict.high:+.3f})")
        if verdict.reasons:
            raise CommandError("Refused. " + " ".join(verdict.reasons), returncode=1)
        promote(
            options["name"],
            options["run"],
            store,
            data=options["wording"],
            compared_with=before,
            candidate=candidate,
            current=current,
        )
        self.say(f"Promoted. REPORT_ADAPTER={options['name']} switches to it.")
        self.say(f"REPORT_ADAPTER={before} switches back.")


def _split(name: str) -> Any:
    try:
        return split_named(name)
    except ValueError:
        raise CommandError("--split is train, val or test.", returncode=2) from None

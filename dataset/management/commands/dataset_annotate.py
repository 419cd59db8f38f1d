"""Dialogues get their labels, on the terminal or through the queues."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.annotation.config import AnnotationConfig, default_preset, preset_names
from dataset.annotation.pipeline import ALL_KINDS, Annotation, Summary
from dataset.annotation.preflight import check_gpu_memory
from dataset.annotation.queues import ModelSlot
from dataset.annotation.routing import ModelKind
from dataset.console import Meter
from dataset.errors import DatasetError, StopRun
from dataset.management.arguments import us_dollars
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import annotation_config_from, work_dir_from
from dataset.manifest import Entry, Outcome
from dataset.remote import is_remote
from dataset.rooms import open_data_set
from dataset.workspace import VideoFolder
from ml.errors import MLError


class Command(DatasetCommand):
    help = "Emotion of every turn and strategy of therapists' turns, by a video and a text model."
    example = """
examples:
  python manage.py dataset_annotate --dry-run
      what would be asked of which model, and what it costs at most
  python manage.py dataset_annotate
      no cloud, no GPU: the light labeller where it was trained, else rule cues and the packaged model
  PROJECT_ID=my-project python manage.py dataset_annotate --preset gemini --budget 20
      Gemini on Vertex AI, stopped before the data set has cost more than 20 US dollars
  python manage.py dataset_annotate --preset local --celery
      one queue for clips and one for text, for a worker with a GPU each

Run it again to go on: a finished turn is never asked again. Exit status: 0 all turns ended done or
quarantined, 1 some failed and wait for the next run, 2 the run had to stop.
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_root(parser)
        parser.add_argument("--playlist", help="only this playlist")
        parser.add_argument("--video", action="append", default=[], help="only this video id (repeatable)")
        parser.add_argument(
            "--preset",
            help=f"one of {', '.join(preset_names())}; default: light where it was trained, else packaged",
        )
        parser.add_argument("--presets", type=Path, metavar="FILE", help="presets of your own")
        parser.add_argument("--prices", type=Path, metavar="FILE", help="instead of dataset/prices.yaml")
        parser.add_argument("--window-turns", type=int, help="how many earlier turns a model sees")
        parser.add_argument("--budget", type=us_dollars, help="US dollars this data set may ever cost")
        parser.add_argument(
            "--queue", choices=[kind.value for kind in ModelKind], help="only the turns of this model"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be asked and its cost")
        parser.add_argument("--celery", action="store_true", help="queue the videos instead of working here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            options["preset"] = options["preset"] or self._default(options)
            config = annotation_config_from(settings, _chosen(options))
            failed = self._run(config, options)
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted: finished turns are kept, run it again to go on.", returncode=130
            ) from None
        if failed:
            raise CommandError(f"{failed} failed; run it again to try them once more.", returncode=1)

    def _default(self, options: dict[str, Any]) -> str:
        preset = default_preset(Path(settings.MODELS_DIR))
        why = "" if preset == "light" else "; the light labeller is better: dataset_train_labeller makes it"
        self.stdout.write(f"preset {preset}{why}")
        return preset

    def _run(self, config: AnnotationConfig, options: dict[str, Any]) -> int:
        root = options["root"]
        with (
            open_data_set(root, work_dir_from(settings), options["budget"]) as data_set,
            ModelSlot() as slot,
        ):
            annotation = Annotation(data_set, config, slot, clip_uris=root if is_remote(root) else "")
            only = set(options["video"])
            folders = [
                folder
                for folder in data_set.workspace.videos(options["playlist"])
                if not only or folder.video in only
            ]
            plan = annotation.plan(folders)
            if not plan.routes:
                raise StopRun(
                    "There are no extracted dialogues here: run dataset_extract.", "nothing_to_annotate"
                )
            self._describe(plan)
            if options["dry_run"]:
                return 0
            if options["celery"]:
                return self._queue(folders, options)
            if plan.waiting:
                check_gpu_memory(config)
            with Meter(sum(plan.routes.values()), "turn", self.stdout.write) as meter:
                kinds = frozenset({ModelKind(options["queue"])}) if options["queue"] else ALL_KINDS
                summary = annotation.run(folders, kinds=kinds, watch=lambda entry: _tell(meter, entry))
        self._report(summary)
        return summary.turns[Outcome.FAILED]

    def _queue(self, folders: list[VideoFolder], options: dict[str, Any]) -> int:
        from dataset.tasks import send_annotation

        for folder in folders:
            send_annotation(options["root"], folder.playlist, folder.video, _carried(options))
        self.stdout.write(f"{len(folders)} videos queued; dataset_status shows how far they are.")
        return 0

    def _describe(self, plan: Summary) -> None:
        routes = ", ".join(f"{count} {reason}" for reason, count in sorted(plan.routes.items()))
        self.stdout.write(f"{plan.videos} videos, {sum(plan.routes.values())} turns ({routes or 'none'})")
        for model, count in plan.waiting.items():
            self.stdout.write(f"  {model}: {count} turns to ask")
        self.stdout.write(f"  at most {plan.usd:.4f} USD")

    def _report(self, summary: Summary) -> None:
        ends = ", ".join(f"{count} {outcome}" for outcome, count in sorted(summary.turns.items()))
        self.stdout.write(f"turns: {ends or 'none'}; dialogues written: {summary.written}")
        if missing := ", ".join(f"{count} {kind}" for kind, count in summary.unlabelled.items() if count):
            self.stdout.write(f"without a label, to be looked at: {missing}")
        loads = ", ".join(summary.loads) or "none"
        self.stdout.write(f"models loaded: {loads}; spent {summary.usd:.4f} USD")


def _tell(meter: Meter, entry: Entry) -> None:
    if entry.outcome is not Outcome.DONE:
        meter.tell(f"{entry.item} {entry.stage}: {entry.outcome.value} ({entry.reason})")
    meter.advance()


def _chosen(options: dict[str, Any]) -> dict[str, Any]:
    """What decides about the configuration, in plain words that a task can carry."""
    return {
        "preset": options["preset"],
        "presets": str(options["presets"]) if options["presets"] else None,
        "prices": str(options["prices"]) if options["prices"] else None,
        "window_turns": options["window_turns"],
    }


def _carried(options: dict[str, Any]) -> dict[str, Any]:
    budget = options["budget"]
    return {**_chosen(options), "budget_usd": str(budget) if budget is not None else None}

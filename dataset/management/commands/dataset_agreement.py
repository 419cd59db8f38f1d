"""Compares labels with a labelled reference."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.agreement import Comparison, compare, turns_of
from dataset.agreement_report import report_of
from dataset.collection import own_dialogues, read_jsonl, reference_dialogues
from dataset.errors import DatasetError
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import work_dir_from
from dataset.rooms import DataSet, open_data_set
from dataset.workspace import Workspace, write_text
from ml.errors import MLError
from ml.schemas.dialogue import AnnotatedDialogue, Split

LABELLERS = ("light", "rules", "tfidf", "majority")


class Command(DatasetCommand):
    help = (
        "Accuracy, F1 and confusion with bootstrap intervals, beside the majority and TF-IDF: of the "
        "data set's own labels, of a JSONL file of labelled dialogues, or of a labeller."
    )
    example = """
examples:
  python manage.py dataset_agreement --reference mesc --split validation --labeller light --save
  python manage.py dataset_agreement --reference annomi --labels annotated.jsonl --json
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_root(parser)
        parser.add_argument("--reference", required=True, help="an imported corpus, or a JSONL file")
        parser.add_argument("--split", choices=[item.value for item in Split], help="all without it")
        labels = parser.add_mutually_exclusive_group()
        labels.add_argument(
            "--labels", type=Path, help="JSONL of labelled dialogues with the reference's ids"
        )
        labels.add_argument("--labeller", choices=LABELLERS, help="label the reference's dialogues now")
        parser.add_argument("--save", action="store_true", help="keep the report for the data set's card")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with open_data_set(options["root"], work_dir_from(settings)) as data_set:
                workspace = data_set.workspace
                reference = _reference(workspace, options["reference"])
                split = Split(options["split"]) if options["split"] else None
                title = f"{Path(options['reference']).stem}, {split.value if split else 'all dialogues'}"
                name, labelled = _labelled(data_set, reference, options)
                comparisons = compare(reference, turns_of(labelled), split)
                report = report_of(f"{name} against {title}", comparisons)
                if options["save"]:
                    path = workspace.root / "agreement" / f"{Path(options['reference']).stem}-{name}.md"
                    write_text(path, report)
                    if workspace.mirror is not None:
                        workspace.mirror.upload(workspace.relative(path))
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(_plain(comparisons) if options["json"] else report)


def _plain(comparisons: list[Comparison]) -> str:
    return json.dumps([item.model_dump(mode="json") for item in comparisons], indent=1)


def _reference(workspace: Workspace, name: str) -> list[AnnotatedDialogue]:
    return read_jsonl(Path(name)) if name.endswith(".jsonl") else reference_dialogues(workspace, name)


def _labelled(
    data_set: DataSet, reference: list[AnnotatedDialogue], options: dict[str, Any]
) -> tuple[str, list[AnnotatedDialogue]]:
    """Whose labels they are, and the labels."""
    if options["labels"]:
        return options["labels"].stem, read_jsonl(options["labels"])
    if not options["labeller"]:
        return "own-labels", own_dialogues(data_set.workspace, data_set.manifest)
    from ml.labelling.backends import LABELLERS as BACKENDS
    from ml.labelling.tasks import labelled

    arguments: dict[str, Any] = {}
    if options["labeller"] == "light":
        arguments["models_dir"] = Path(settings.MODELS_DIR)
    elif options["labeller"] in {"tfidf", "majority"}:
        arguments["train"] = [item for item in reference if item.split is Split.TRAIN]
    labeller = BACKENDS.build(options["labeller"], **arguments)
    wanted = [item for item in reference if options["split"] in (None, item.split)]
    return labeller.name, [labelled(labeller, item) for item in wanted]

"""Brings a published corpus into a data set."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.errors import DatasetError
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import work_dir_from
from dataset.reference import READERS, Imported, import_reference
from dataset.rooms import open_data_set
from ml.errors import MLError


class Command(DatasetCommand):
    help = "Read MESC, AnnoMI or ESConv as published and keep it as ROOT/reference/<name>.jsonl."
    example = """
example:
  python manage.py dataset_reference mesc mesc_train_val.csv
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("corpus", choices=sorted(READERS))
        parser.add_argument("file", type=Path)
        add_root(parser)
        parser.add_argument("--name", default="", help="what it is called here; the corpus by default")
        parser.add_argument("--tolerate", action="store_true", help="leave out bad rows, and say which")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with open_data_set(options["root"], work_dir_from(settings)) as data_set:
                imported = import_reference(
                    data_set.workspace,
                    data_set.manifest,
                    options["corpus"],
                    options["file"],
                    name=options["name"],
                    tolerate=options["tolerate"],
                )
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(_told(imported))


def _told(imported: Imported) -> str:
    dialogues = imported.dialogues
    sources = {item.source.source_id for item in dialogues}
    turns = sum(len(item.utterances) for item in dialogues)
    lines = [f"{len(dialogues)} dialogues of {len(sources)} sources, {turns} turns"]
    lines += [f"left out: line {row.line}: {row.what}" for row in imported.problems]
    shared = [key for key in imported.shared if key.kind == "source"]
    if shared:
        lines.append(
            f"{len(shared)} of {len(sources)} sources are in more than one published split; "
            "the published split is kept"
        )
    return "\n".join(lines)

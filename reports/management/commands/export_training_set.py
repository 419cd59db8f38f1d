"""Signed reports of consenting patients become a de-identified training set."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm


class Command(BaseCommand):
    """``manage.py export_training_set FOLDER``."""

    help = (
        "Write the examples that signed reports give, de-identified, for fine-tuning:\n"
        "wording.jsonl (a quote and the sentence the clinician signed), dialogues.jsonl (corrected\n"
        "transcripts) and manifest.json (counts, what was left out and why). Only patients who agree to\n"
        "training use at this moment; English only. Run it again and the set is made anew.\n"
        "Example: python manage.py export_training_set var/training-set"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command line."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("folder", type=Path, help="where the set goes; a set already there is replaced")
        parser.add_argument("--therapist", metavar="EMAIL", help="only this therapist's patients")

    def handle(self, *_: Any, **options: Any) -> None:
        """Select, de-identify, check, write."""
        from ml.deidentify.entities import EntityRecognizer
        from ml.errors import BackendNotInstalled
        from ml.weights.store import WeightStore
        from reports.training.export import training_set_export

        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file.")
        try:
            entities = EntityRecognizer(WeightStore(settings.MODELS_DIR).path("spacy-en"))
        except BackendNotInstalled as error:
            raise CommandError(f"{error.code.value}: {error}") from None
        with tqdm(unit=" reports", disable=None, leave=False) as bar:
            try:
                counts = training_set_export(
                    folder,
                    entities=entities,
                    therapist_email=options["therapist"],
                    told=bar.update,
                )
            except OSError as error:
                raise CommandError(f"The folder cannot be written: {error.strerror}.") from None
        self.stdout.write(
            f"{counts.wording} sentences ({counts.changed} changed by the clinician) and "
            f"{counts.dialogues} dialogues of {len(counts.subjects)} patients"
        )
        for reason, number in sorted(counts.left_out.items()):
            self.stdout.write(f"  left out, {reason}: {number}")

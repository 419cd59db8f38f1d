"""Measures drafted reports: verbatim evidence, inventions, recall against marks."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """``manage.py evaluate_reports``."""

    help = (
        "Draft ten AnnoMI transcripts and the marked sessions, check every claim, print recall.\n"
        "Example: python manage.py evaluate_reports --annomi ../shared/data/annomi_train.csv --with-model"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command line."""
        parser.formatter_class = RawDescriptionHelpFormatter
        base = Path(settings.BASE_DIR)
        parser.add_argument(
            "--annomi", type=Path, help="annomi_train.csv; without it only the marked sessions"
        )
        parser.add_argument("--gold", type=Path, default=base / "benchmarks" / "gold", help="the marks")
        parser.add_argument("--with-model", action="store_true", help="also with REPORT_BACKEND")
        parser.add_argument("--out", type=Path, default=base / "benchmarks" / "results" / "reports.md")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run and write the table."""
        from benchmarks.reports.evaluate import HEAD, evaluate, markdown, sessions_to_draft, totals
        from ml.reporting.options import DraftingOptions

        sessions = sessions_to_draft(options["annomi"], options["gold"])
        if not sessions:
            raise CommandError("There is nothing to evaluate: no transcripts and no marked sessions.")
        variants = [DraftingOptions(models_dir=settings.MODELS_DIR)]
        if options["with_model"]:
            variants.append(
                DraftingOptions(
                    models_dir=settings.MODELS_DIR,
                    backend=settings.REPORT_BACKEND,
                    backend_options=settings.REPORT_OPTIONS,
                    fallback_to_extraction=False,
                )
            )
        self.stdout.write(HEAD)
        rows = []
        for variant in variants:
            done = evaluate(sessions, variant, self.stdout.write)
            rows += done
            self.stdout.write(totals(done, done[-1].backend))
        options["out"].parent.mkdir(parents=True, exist_ok=True)
        options["out"].write_text(markdown(rows), encoding="utf-8")
        self.stdout.write(f"Written: {options['out']}")

"""Word errors, speakers, roles, dropped speech and CPU time on reference recordings."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ml.errors import MLError

EXAMPLE = """
examples:
  python manage.py evaluate_speech
  python manage.py evaluate_speech ../shared/audio var/recordings --alone --write

A reference is a sound file with a JSON file of the same name: {"turns": [{"speaker", "start",
"end", "text"}]} (seconds), or a folder with references.json: {id: {"file", "speaker", "text"}}.
"""


class Command(BaseCommand):
    help = "Measure the speech engines of the settings on reference recordings."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folders",
            nargs="*",
            type=Path,
            help="default: assets, ../shared/audio and VAR_DIR/recordings, where they are there",
        )
        parser.add_argument(
            "--alone",
            action="store_true",
            help="also faster-whisper by itself on the same weights, sequential and batched",
        )
        parser.add_argument("--write", action="store_true", help="write benchmarks/results/speech.md")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from benchmarks.speech.evaluate import evaluate
        except ModuleNotFoundError:
            raise CommandError("The folder benchmarks/ is not part of this installation.") from None
        from sessions_app.transcription import engine

        base = Path(settings.BASE_DIR)
        usual = [base / "assets", base.parent / "shared" / "audio", Path(settings.VAR_DIR) / "recordings"]
        folders = options["folders"] or [folder for folder in usual if folder.is_dir()]
        try:
            table = evaluate(
                engine(),
                folders,
                models_dir=Path(settings.MODELS_DIR) if options["alone"] else None,
                say=self.stderr.write,
            )
        except MLError as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        self.stdout.write(table)
        if options["write"]:
            target = base / "benchmarks" / "results" / "speech.md"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(table, encoding="utf-8")
            self.stdout.write(f"written to {target.relative_to(base)}")

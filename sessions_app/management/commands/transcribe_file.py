"""A recording becomes a transcript on the terminal, through the engines of the settings."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ml.errors import MLError
from ml.progress import Progress
from ml.schemas.transcript_writers import FORMATS, write_transcript

EXAMPLE = """
examples:
  python manage.py transcribe_file assets/session_short.ogg
  python manage.py transcribe_file session.m4a --json > transcript.json
  python manage.py transcribe_file session.m4a --language ar --speakers 2 --format srt
"""
LINE_SECONDS = 10.0


class Command(BaseCommand):
    help = "Transcribe a recording and print the transcript; nothing is stored."
    requires_system_checks: list[str] = []  # a file on disk has nothing to do with the database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="the body of GET transcript")
        parser.add_argument("--format", choices=sorted(FORMATS), default="txt")
        parser.add_argument("--language", default=None, help="a code such as en or ar; default: detected")
        parser.add_argument("--speakers", type=int, choices=range(1, 7), default=None, help="how many speak")

    def handle(self, *args: Any, **options: Any) -> None:
        from sessions_app.transcription import engine

        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            with _Meter(file.name) as meter:
                transcript = engine().transcribe(
                    file, meter.progress, language=options["language"], speakers_expected=options["speakers"]
                )
        except MLError as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        self.stdout.write(
            write_transcript(transcript, "json" if options["json"] else options["format"]), ending=""
        )


class _Meter:
    """A bar on a terminal, a line every ten seconds elsewhere; both on standard error."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bar: tqdm[Any] | None = None
        self._told = time.monotonic()

    def __enter__(self) -> _Meter:
        if sys.stderr.isatty():
            self._bar = tqdm(total=100.0, desc=self._name, bar_format="{l_bar}{bar}| {elapsed}<{remaining}")
        return self

    def __exit__(self, *details: object) -> None:
        if self._bar is not None:
            self._bar.close()

    @property
    def progress(self) -> Progress:
        return self._report

    def _report(self, share: float) -> None:
        if self._bar is not None:
            self._bar.update(share * 100 - self._bar.n)
        elif time.monotonic() - self._told >= LINE_SECONDS:
            self._told = time.monotonic()
            sys.stderr.write(f"{self._name}: {share:.0%}\n")

"""Drafts a report from a transcript file, without the database."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """``manage.py draft_report TRANSCRIPT.json``."""

    help = (
        "Draft a report from a transcript: the body of GET /sessions/{id}/transcript, or just\n"
        '{"segments": [{"role": "therapist", "text": "..."}, ...]}.\n'
        "Example: python manage.py draft_report transcript.json --json > report.json"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the command line."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("transcript", type=Path, help="the transcript, JSON")
        parser.add_argument("--format", default="standard", help="standard, soap, dap, birp, girp or pirp")
        parser.add_argument("--json", action="store_true", help="print the draft as JSON")

    def handle(self, *_: Any, **options: Any) -> None:
        """Read, draft, print."""
        from ml.errors import MLError
        from ml.schemas.report import NoteFormat
        from ml.schemas.transcript_reading import read_transcript
        from reports.drafting import drafter
        from reports.management.draft_printing import readable
        from reports.management.progress_line import progress_line

        try:
            note_format = NoteFormat(options["format"])
            body = json.loads(options["transcript"].read_text(encoding="utf-8"))
            if not isinstance(body, dict):
                raise ValueError
        except OSError:
            raise CommandError(f"The file {options['transcript']} cannot be read.") from None
        except ValueError:
            raise CommandError("The transcript is not a JSON object, or the format is unknown.") from None
        try:
            with progress_line("Drafting") as progress:
                draft = drafter().draft(read_transcript(body), note_format=note_format, progress=progress)
        except MLError as error:
            raise CommandError(f"{error.code.value}: {error}") from None
        finally:
            drafter().close()
        if options["json"]:
            self.stdout.write(draft.model_dump_json(indent=2))
        else:
            self.stdout.write(readable(draft))

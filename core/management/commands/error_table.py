"""python manage.py error_table"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import CATALOGUE

INTRODUCTION = """\
# Error codes

Made from `core/errors.py` by `python manage.py error_table`; do not edit.

Every error of the API is `application/problem+json` with one of these codes. A session that failed
(`status: failed`) holds one of them in `error.code`; its status is then that of the table, where the
same problem is met in a call.

| code | status | sentence | retry may help |
|---|---|---|---|
"""


def error_table() -> str:
    """The catalogue as a Markdown page."""
    rows = [
        f"| `{code}` | {spec.status} | {spec.sentence} | {'yes' if spec.retryable else 'no'} |"
        for code, spec in sorted(CATALOGUE.items())
    ]
    return INTRODUCTION + "\n".join(rows) + "\n"


class Command(BaseCommand):
    """Writes docs/errors.md, or checks that it is up to date."""

    help = "Write docs/errors.md from the error catalogue. Example: python manage.py error_table --check"

    def add_arguments(self, parser: CommandParser) -> None:
        """--check for CI."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the page differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or compare the page."""
        page: Path = settings.BASE_DIR / "docs" / "errors.md"
        table = error_table()
        if not options["check"]:
            page.parent.mkdir(exist_ok=True)
            page.write_text(table, encoding="utf-8")
            self.stdout.write(f"{len(CATALOGUE)} codes written to docs/errors.md")
        elif not page.is_file() or page.read_text(encoding="utf-8") != table:
            raise CommandError("docs/errors.md differs: run python manage.py error_table")

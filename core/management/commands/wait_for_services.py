"""python manage.py wait_for_services"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.api.readiness import SERVICES

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """Returns when database and broker answer; containers run it before they start."""

    help = "Wait for database and broker. Example: python manage.py wait_for_services --timeout 60"

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait."""
        parser.add_argument("--timeout", type=float, default=60.0, help="Seconds to wait (default 60).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask each service until it answers.

        Raises:
            CommandError: when one does not in time.
        """
        end = time.monotonic() + options["timeout"]
        for name, check in SERVICES.items():
            while (problem := _problem(check)) is not None:
                if time.monotonic() >= end:
                    raise CommandError(f"{name} does not answer: {problem}")
                time.sleep(PAUSE_SECONDS)
            self.stdout.write(f"{name} ready")


def _problem(check: Any) -> str | None:
    try:
        check()
    except Exception as error:
        return type(error).__name__
    return None

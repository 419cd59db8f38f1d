"""python manage.py prepare_platform"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.runtime.setup import prepare


class Command(BaseCommand):
    """What every start of an installation does once, before its processes."""

    help = "Make the folders of VAR_DIR, migrate the database, collect static files. Harmless to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(demo_login=False)

"""python manage.py purge_deleted_patients"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from patients.services import patients_purge


class Command(BaseCommand):
    """Erases what the scheduler would erase at its next turn."""

    help = (
        "Erase deleted patients whose grace period of seven days is over, with all data and media. "
        "Example: python manage.py purge_deleted_patients"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were erased."""
        self.stdout.write(f"{patients_purge()} patients erased")

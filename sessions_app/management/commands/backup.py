"""python manage.py backup FOLDER"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sessions_app.backup.archive import Archive
from sessions_app.backup.snapshots import prune, take


class Command(BaseCommand):
    """Takes a snapshot of database and recordings while the platform runs."""

    help = (
        "Writes database and recordings into a folder on another disk; recordings that are there already "
        "are not copied again. Example: python manage.py backup /mnt/backup --keep-days 30"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and for how long."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep-days", type=float, help="remove snapshots older than this, never the last"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when a recording that the database knows could not be saved."""
        began = time.monotonic()
        archive = Archive(options["folder"].resolve(), settings.BACKUP_RECIPIENTS)
        manifest = take(archive, self.stdout.write)
        if options["keep_days"] is not None:
            self.stdout.write(f"older snapshots removed: {prune(archive, options['keep_days'])}")
        self.stdout.write(f"took {time.monotonic() - began:.1f} s")
        if manifest.missing:
            for key in manifest.missing:
                self.stderr.write(f"not saved: {key} is missing in the storage or damaged")
            raise CommandError("The snapshot is there, without the recordings above.")

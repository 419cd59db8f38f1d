"""python manage.py restore FOLDER"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.backup import databases
from sessions_app.backup.archive import Archive, Damaged
from sessions_app.backup.snapshots import bring_back, is_empty


class Command(BaseCommand):
    """Brings a snapshot back; web servers and workers must be stopped."""

    help = (
        "Replaces database and recordings by a snapshot of `backup`. Stop web servers and workers first. "
        "Example: python manage.py restore /mnt/backup --identity key.txt"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From where, which one, and whether what is there may go."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--snapshot", help="its name under snapshots/; the last one if left out")
        parser.add_argument("--identity", type=Path, help="the age key file of an encrypted backup")
        parser.add_argument("--replace", action="store_true", help="a database with accounts is overwritten")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compares rows and checksums before it says that all is back."""
        began = time.monotonic()
        if not (options["folder"] / "snapshots").is_dir():
            raise CommandError(f"{options['folder']} holds no backup.")
        archive = Archive(options["folder"].resolve(), identity=options["identity"])
        known = archive.snapshots()
        snapshot = options["snapshot"] or (known[-1] if known else None)
        if snapshot not in known:
            raise CommandError(f"There is no such snapshot. Known: {', '.join(known) or 'none'}.")
        if not options["replace"] and not is_empty():
            raise CommandError("This database has accounts. --replace overwrites it.")
        if archive.manifest(snapshot).engine != ("postgresql" if databases.is_postgresql() else "sqlite"):
            raise CommandError("The snapshot is of the other database engine.")
        try:
            bring_back(archive, snapshot, self.stdout.write)
        except Damaged as error:
            raise CommandError(f"The backup cannot be brought back: {error}.") from None
        self.stdout.write(
            f"{snapshot} is back, rows and checksums compared; took {time.monotonic() - began:.1f} s"
        )

"""Prove that the storage holds every recording the database knows of, and nothing else."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.services.storage_check import (
    Comparison,
    orphans_delete,
    recordings_damaged,
    storage_compare,
)


class Command(BaseCommand):
    help = (
        "Compares the storage of the recordings with the database: what lies there that nobody knows of, "
        "and what is known and not there. The exit status is 1 when there is either. "
        "Example: python manage.py check_storage --delete"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="remove what nobody knows of")
        parser.add_argument(
            "--grace-hours", type=float, default=24.0, help="what is younger counts as on its way (24)"
        )
        parser.add_argument("--read", action="store_true", help="also read every recording, compare hashes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Keys are printed: they are random and name nobody."""
        try:
            found = storage_compare(timedelta(hours=options["grace_hours"]))
            self._say(found)
            removed = orphans_delete(found) if options["delete"] else 0
            damaged = list(recordings_damaged()) if options["read"] else []
        except OSError as error:
            raise CommandError(f"The storage cannot be reached: {type(error).__name__}.") from None
        for recording in damaged:
            self.stdout.write(f"damaged: {recording.storage_key} of session {recording.session_id}")
        if removed:
            self.stdout.write(f"{removed} removed.")
        well = found.well or (options["delete"] and not found.missing)
        if not well or damaged:
            raise CommandError("The storage and the database differ.")

    def _say(self, found: Comparison) -> None:
        self.stdout.write(f"{found.objects} object(s), {found.size_bytes} bytes in the storage.")
        for stored in found.orphans:
            since = f"{stored.size_bytes} bytes since {stored.modified_at:%F}"
            self.stdout.write(f"nobody knows of: {stored.key}, {since}")
        for upload in found.stale_uploads:
            self.stdout.write(f"nobody knows of: parts for {upload.key} since {upload.began_at:%F}")
        for upload_id in found.stale_folders:
            self.stdout.write(f"nobody knows of: parts in uploads/{upload_id}")
        for recording in found.missing:
            self.stdout.write(f"missing: {recording.storage_key} of session {recording.session_id}")
        if found.waiting:
            self.stdout.write(f"{found.waiting} wait(s) to be erased.")

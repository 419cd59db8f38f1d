"""Set up the bucket of the recordings, and try it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.storage.bucket import bucket
from core.storage.bucket_setup import Finding, bucket_prepare
from core.storage.bucket_trial import bucket_trial

VERSIONING = {"on": True, "off": False}


class Command(BaseCommand):
    help = (
        "Creates the bucket AWS_STORAGE_BUCKET_NAME where it is missing, closes it to the public, lets the "
        "web UI's pages send parts to it and lets it give up stale uploads; then tries all of it. "
        "It can be repeated. Example: python manage.py prepare_bucket --origin https://clinic.example"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--origin", action="append", default=[], help="where the web UI is opened; may be repeated. "
            "Default: CORS_ALLOWED_ORIGINS and CSRF_TRUSTED_ORIGINS",
        )  # fmt: skip
        parser.add_argument("--versioning", choices=[*VERSIONING, "leave"], default="leave")
        parser.add_argument("--check", action="store_true", help="change nothing, only look")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line a step; the exit status is 1 when recordings should not be stored like this."""
        store = bucket()
        if store is None:
            raise CommandError("Recordings are local files: AWS_STORAGE_BUCKET_NAME is empty.")
        origins = options["origin"] or [*settings.CORS_ALLOWED_ORIGINS, *settings.CSRF_TRUSTED_ORIGINS]
        findings = bucket_prepare(
            store,
            origins=origins,
            versioning=VERSIONING.get(options["versioning"]),
            change=not options["check"],
        )
        if findings[0].well:
            origin = next((one for one in origins if "*" not in one), None)
            findings += bucket_trial(store, origin)
        for finding in findings:
            self._say(finding)
        if not origins:
            self.stdout.write("No --origin is named: browsers will send their parts through this server.")
        if not all(finding.well for finding in findings):
            raise CommandError("The bucket is not as it has to be.")

    def _say(self, finding: Finding) -> None:
        note = f" ({finding.note})" if finding.note else ""
        self.stdout.write(f"{finding.step}: {finding.state}{note}")

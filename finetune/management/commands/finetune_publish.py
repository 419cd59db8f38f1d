"""Publish a finished run's adapter."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from finetune.management.command import FinetuneCommand


class Command(FinetuneCommand):
    help = "Publish an adapter with its card and figures to a hub or a folder; safe to repeat."
    example = """
examples:
  var/finetune/runs/first --repo my-clinic/therapist-adapter --private     needs HF_TOKEN
  var/finetune/runs/first --folder var/adapters/first
  var/finetune/runs/first --repo my-clinic/therapist-adapter --dry-run
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=Path, help="the folder of a finished run")
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--repo", help="owner/name at the hub of HF_ENDPOINT; default MODEL_REPO_NAME")
        where.add_argument("--folder", type=Path, help="a folder instead of a hub")
        parser.add_argument("--private", action="store_true", help="if the repository is made now")
        parser.add_argument("--dry-run", action="store_true", help="list the files and stop")

    def perform(self, options: dict[str, Any]) -> None:
        from finetune.publish import files_of, publish_to_folder, publish_to_hub

        if options["dry_run"]:
            for name, file in files_of(options["run"]).items():
                self.say(f"{name}  {file.stat().st_size} bytes")
        elif options["folder"]:
            count = publish_to_folder(options["run"], options["folder"], self.say)
            self.say(f"{count} files copied to {options['folder']}.")
        else:
            repo = options["repo"] or settings.MODEL_REPO_NAME
            if not repo:
                raise CommandError("Name --repo or --folder, or set MODEL_REPO_NAME.", returncode=2)
            self.say(publish_to_hub(options["run"], repo, private=options["private"], say=self.say))

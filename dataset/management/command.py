"""What the commands of this package share: examples in --help and the place of the data set."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class DatasetCommand(BaseCommand):
    """A command that calls plain code; `example` stands below its --help."""

    example = ""
    requires_system_checks: list[str] = []  # files have nothing to do with apps and database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=self.example, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )


def add_root(parser: ArgumentParser) -> None:
    """--root, the data set that is worked on."""
    parser.add_argument("--root", default=settings.DATASET_ROOT, help="folder or gs://bucket/prefix")

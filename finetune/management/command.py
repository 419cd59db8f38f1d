"""What the commands of this package share: examples in --help, and errors as one sentence."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finetune.errors import FinetuneError
from ml.errors import MLError


class FinetuneCommand(BaseCommand):
    """A command that calls plain code and turns its errors into an exit code of 2."""

    example = ""
    requires_system_checks: list[str] = []  # files on disk have nothing to do with apps and database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=self.example, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.perform(options)
        except (FinetuneError, MLError) as error:
            raise CommandError(f"{error.code.value}: {error}", returncode=2) from None
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is not installed: make setup-dev", returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped; what was finished is kept.", returncode=130) from None

    def perform(self, options: dict[str, Any]) -> None:
        """Do the command's work."""
        raise NotImplementedError

    def say(self, line: str) -> None:
        """One line of news."""
        self.stdout.write(line)
        self.stdout.flush()

"""What the commands of this package share: examples in --help, and errors as one sentence."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from finetune.console import faults_told, quieten
from finetune.errors import FinetuneError
from ml.errors import MLError


class FinetuneCommand(BaseCommand):
    """A command that calls plain code and turns its errors into an exit code of 2."""

    example = ""
    stopped = "Stopped; what was finished is kept."
    requires_system_checks: list[str] = []  # files on disk have nothing to do with apps and database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=self.example, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quieten()
        try:
            with faults_told():
                self.perform(options)
        except (FinetuneError, MLError) as error:
            raise CommandError(f"{error.code.value}: {error}", returncode=2) from None
        except ModuleNotFoundError as error:
            raise CommandError(f"{error.name} is not installed: make setup-dev", returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError(self.stopped, returncode=130) from None

    def perform(self, options: dict[str, Any]) -> None:
        """Do the command's work."""
        raise NotImplementedError

    def say(self, line: str) -> None:
        """One line of news."""
        self.stdout.write(line)
        self.stdout.flush()


def at_least_one(text: str) -> int:
    """A count.

    Raises:
        ArgumentTypeError: no whole number, or less than one.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def from_zero(text: str) -> float:
    """A number that is not negative.

    Raises:
        ArgumentTypeError: anything else.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number from 0 on")
    return value

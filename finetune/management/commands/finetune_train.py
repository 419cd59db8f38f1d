"""Train an adapter."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from finetune.finetune import EXAMPLE, STOPPED, add_arguments, run
from finetune.management.command import FinetuneCommand


class Command(FinetuneCommand):
    help = "Train a LoRA adapter from a configuration; resumes, and says beforehand what is missing."
    example = EXAMPLE
    stopped = STOPPED

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        run(options, self.say)

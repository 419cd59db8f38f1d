"""What the two demonstrations share: a recording to send, and the times that are told at the end."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.management.commands.run_platform import SAMPLE_AUDIO
from core.runtime.journey import Journey


class DemoCommand(BaseCommand):
    """A command that sends a recording, the sample or `--audio`, through a platform."""

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--audio FILE`."""
        parser.add_argument("--audio", type=Path, default=settings.BASE_DIR / SAMPLE_AUDIO)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse a file that is not there, then demonstrate."""
        audio: Path = options["audio"]
        if not audio.is_file():
            raise CommandError(f"There is no file {audio}.")
        self.demonstrate(audio)

    def demonstrate(self, audio: Path) -> None:
        """Send the recording and tell what came of it."""
        raise NotImplementedError


def times(
    journey: Journey, began: float, transcript: Mapping[str, Any], where: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A line for each stage and one for the whole.

    Args:
        journey: of the session.
        began: `time.monotonic()` before the upload.
        transcript: as the API answers it.
        where: the process that did a stage, if it is known.
    """
    for stage, seconds in journey.seconds.items():
        yield f"{stage}: {seconds:.1f} s" + (f", by {where[stage]}" if where and stage in where else "")
    length = transcript["duration_ms"] / 1000
    yield f"in all: {time.monotonic() - began:.1f} s for {length:.1f} s of audio"

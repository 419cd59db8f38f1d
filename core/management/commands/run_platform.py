"""`make run`: the whole platform on this machine, with a sample session through the real pipeline."""

from __future__ import annotations

import signal
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.runtime.journey import JourneyFailed, PlatformClient, StageView
from core.runtime.platform import AlreadyRunning, PlatformDown, running_platform
from core.runtime.report_text import report_text
from core.runtime.setup import DEMO_EMAIL, DEMO_PASSWORD, PortBusy, prepare, require_free_port
from core.runtime.web_ui_build import build_web_ui
from core.settings.environment import env
from ml.weights.store import WeightStore

SAMPLE_TITLE = "Sample session"
SAMPLE_AUDIO = "assets/session_short.ogg"


class Command(BaseCommand):
    help = "Set up and run the platform on 127.0.0.1 until Ctrl-C. Example: PORT=8001 make run"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=env.int("PORT", default=8000))

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        for name in ("SIGTERM", "SIGHUP"):
            signal.signal(getattr(signal, name), _interrupt)
        try:
            require_free_port(port)
            self._get_models()
            has_ui = self._build_web_ui()
            began = time.monotonic()
            prepare()
            self._say(f"Set-up: {time.monotonic() - began:.1f} s")
            with running_platform(port, self.stdout.write) as (supervisor, client):
                web_ui = f"  Web UI             http://127.0.0.1:{port}/app/\n" if has_ui else ""
                self._say(
                    f"\nThe platform runs at http://127.0.0.1:{port} "
                    f"({time.monotonic() - began:.1f} s after the models were there)\n"
                    f"{web_ui}"
                    f"  API documentation  http://127.0.0.1:{port}/docs\n"
                    f"  Demo login         {DEMO_EMAIL}  {DEMO_PASSWORD}\n"
                    "  Stop it with Ctrl-C.\n"
                )
                sample = threading.Thread(target=self._show_sample, args=[client], daemon=True)
                sample.start()
                raise CommandError(f"The supervisor ended by itself with status {supervisor.wait()}.")
        except (AlreadyRunning, PortBusy, PlatformDown) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self._say("\nStopped. Everything is kept in " + str(settings.VAR_DIR))

    def _get_models(self) -> None:
        """Fetch what is missing; say plainly what the platform does without."""
        began = time.monotonic()
        try:
            call_command("fetch_models", stdout=self.stdout, stderr=self.stderr)
        except CommandError:
            store = WeightStore(settings.MODELS_DIR)
            if settings.TRANSCRIBER == "faster_whisper" and not store.has("whisper-base"):
                self._say(
                    "The speech model could not be had: recordings are stored and wait, transcription "
                    "ends with model_not_available until `python manage.py fetch_models` succeeds."
                )
            if settings.REPORT_BACKEND == "packaged_gguf" and not store.has("qwen2.5-1.5b"):
                self._say(
                    "The language model could not be had: reports are drafted by extraction, that is "
                    "sentences are taken word for word from the transcript."
                )
        self._say(f"Models and downloads: {time.monotonic() - began:.1f} s")

    def _build_web_ui(self) -> bool:
        """Whether there is a web UI to show; builds it the first time and says how long that took."""
        began = time.monotonic()
        there = build_web_ui(
            settings.BASE_DIR / "frontend",
            Path(settings.WEB_UI_DIR),
            settings.VAR_DIR,
            self._say,
            may_build=settings.WEB_UI_BUILD,
        )
        self._say(f"Web UI: {time.monotonic() - began:.1f} s")
        return there

    def _show_sample(self, client: PlatformClient) -> None:
        try:
            client.sign_in()
            session = client.find_session(SAMPLE_TITLE)
            if session is None:
                session = client.create_session(SAMPLE_TITLE)
                client.upload(session["id"], settings.BASE_DIR / SAMPLE_AUDIO)
                self._say("The sample session is on its way through the pipeline.")
            journey = client.follow(session["id"], StageLines(self._say))
            for stage, seconds in journey.seconds.items():
                self._say(f"  {stage}: {seconds:.1f} s")
            self._say("\nReport of the sample session\n")
            self._say(report_text(client.get(f"/sessions/{session['id']}/report")))
        except (JourneyFailed, httpx.TransportError) as error:
            # Somebody may have changed the demo account or removed the sample, or the web process has
            # to be started again: the platform runs on.
            self._say(f"The sample session is not shown: {error}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


class StageLines:
    """Prints a line when a stage begins and at each further tenth of it."""

    def __init__(self, say: Any) -> None:
        self._say = say
        self._last = ("", -1)

    def __call__(self, view: StageView) -> None:
        now = (view.stage, view.percent // 10)
        if now != self._last:
            self._last = now
            left = f", about {view.eta_seconds} s left" if view.eta_seconds is not None else ""
            self._say(f"  {view.stage} {view.percent} %{left}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt

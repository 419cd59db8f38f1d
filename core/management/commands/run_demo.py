"""`make demo`: the main job without a browser, from a recording to its report."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from core.management.commands.run_platform import StageLines
from core.management.demo import DemoCommand, times
from core.runtime.journey import JourneyFailed, PlatformClient
from core.runtime.platform import AlreadyRunning, PlatformDown, client_of, running_platform
from core.runtime.report_text import report_text
from core.runtime.setup import free_port, prepare


class Command(DemoCommand):
    help = (
        "Send a recording through the running pipeline and print its report; writes transcript.json and "
        "report.json to VAR_DIR/demo. Example: make demo AUDIO=session.ogg"
    )

    def demonstrate(self, audio: Path) -> None:
        try:
            call_command("fetch_models", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(f"{error}")
        prepare()
        log = settings.VAR_DIR / "run" / "platform.log"
        try:
            with running_platform(free_port(), _kept_in_the_log) as (_, client):
                self._work(client, audio)
        except AlreadyRunning as running:
            with closing(client_of(running.port)) as client:
                self._work_with(client, audio)
        except (JourneyFailed, PlatformDown) as error:
            raise CommandError(f"{error} The log is in {log}.") from None

    def _work_with(self, client: PlatformClient, audio: Path) -> None:
        try:
            self._work(client, audio)
        except JourneyFailed as error:
            raise CommandError(str(error)) from None

    def _work(self, client: PlatformClient, audio: Path) -> None:
        began = time.monotonic()
        client.sign_in()
        session = client.create_session(f"Demo {audio.stem}"[:200])
        client.upload(session["id"], audio)
        journey = client.follow(session["id"], StageLines(self.stdout.write))
        transcript = client.get(f"/sessions/{session['id']}/transcript")
        report = client.get(f"/sessions/{session['id']}/report")
        folder = settings.VAR_DIR / "demo"
        folder.mkdir(exist_ok=True, mode=0o700)
        for name, body in (("transcript", transcript), ("report", report)):
            text = json.dumps(body, ensure_ascii=False, indent=2)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
        self.stdout.write("\n" + report_text(report) + "\n")
        for line in times(journey, began, transcript):
            self.stdout.write(line)
        self.stdout.write(f"written: {folder / 'transcript.json'}, {folder / 'report.json'}")


def _kept_in_the_log(line: str) -> None:
    """The demo's terminal shows its stages and its report; the processes' lines stay in the file."""

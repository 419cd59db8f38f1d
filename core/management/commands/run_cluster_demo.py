"""`make cluster-demo`: the main job on the production shape, on this machine and without Docker."""

from __future__ import annotations

import hashlib
import re
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from core.management.commands.run_platform import StageLines
from core.management.demo import DemoCommand, times
from core.runtime.cluster import Cluster, ClusterBusy, running_cluster
from core.runtime.cluster_evidence import evidence_of
from core.runtime.journey import JourneyFailed
from core.runtime.platform import PlatformDown
from core.runtime.servers import ServerMissing

STAGE_LINE = re.compile(
    r"(?P<process>\S+) INFO sessions_app\.stage stage (?P<stage>\w+) of session (?P<id>\S+) took"
)
INTERRUPTED = 130
STAGES = 2
LINES_SECONDS = 5


class Command(DemoCommand):
    help = (
        "Bring up PostgreSQL, Redis over TCP, an S3 bucket, web, beat and two workers in VAR_DIR/cluster, "
        "send a recording through them, print the figures, stop everything. "
        "Example: make cluster-demo AUDIO=session.ogg"
    )

    def demonstrate(self, audio: Path) -> None:
        for name in ("SIGTERM", "SIGHUP"):
            signal.signal(getattr(signal, name), _interrupt)
        lines: list[str] = []
        folder = settings.VAR_DIR / "cluster"
        try:
            call_command("fetch_models", stdout=self.stdout, stderr=self.stderr)
            with running_cluster(folder, lines.append, self._say, LOG_FORMAT="line") as cluster:
                self._work(cluster, audio, lines)
        except (ClusterBusy, JourneyFailed, PlatformDown, ServerMissing) as error:
            raise CommandError(f"{error} The logs are in {folder}/run and {folder}/servers.") from None
        except KeyboardInterrupt:
            self.stdout.write("\nStopped; no process is left. Everything is kept in " + str(folder))
            sys.exit(INTERRUPTED)
        self.stdout.write(f"Stopped; no process is left. Everything is kept in {folder}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _work(self, cluster: Cluster, audio: Path, lines: list[str]) -> None:
        with closing(cluster.client()) as client:
            client.register("Nadia Rahman")
            if not client.get("/patients")["results"]:
                client.create_patient("Daniel Reyes")
            session = client.create_session(f"Cluster demo {audio.stem}"[:200])
            began = time.monotonic()
            client.upload_in_parts(session["id"], audio)
            uploaded = time.monotonic() - began
            journey = client.follow(session["id"], StageLines(self._say))
            report = client.get(f"/sessions/{session['id']}/report")
            transcript = client.get(f"/sessions/{session['id']}/transcript")
        evidence = evidence_of(cluster, session["id"])
        sent = hashlib.sha256(audio.read_bytes()).hexdigest()
        where = _who_did_what(lines, session["id"])
        say = self._say
        say(f"\nupload of {audio.stat().st_size} bytes in parts: {uploaded:.1f} s")
        for line in times(journey, began, transcript, where):
            say(line)
        say(
            f"transcript: {len(transcript['segments'])} segments; report: {len(report['claims'])} claims, "
            f"{len(report['risk_flags'])} risk flags, drafted by {report['provenance']['engine']} "
            f"{report['provenance']['model']}".rstrip()
        )
        say("PostgreSQL: " + ", ".join(f"{count} {name}" for name, count in evidence.rows.items()))
        say(f"bucket: {evidence.object_key}, {evidence.object_bytes} bytes, SHA-256 {evidence.object_sha256}")
        say(f"files in the local media folder: {evidence.local_files}")
        if evidence.object_sha256 != sent:
            raise CommandError(f"The object in the bucket is not the file that was sent ({sent}).")
        if evidence.local_files:
            raise CommandError("The recording lies on the local disk as well.")
        say("the object in the bucket equals the file that was sent")


def _who_did_what(lines: list[str], session_id: str) -> dict[str, str]:
    """Stage to process, from what the workers print a moment after a stage is stored."""
    end = time.monotonic() + LINES_SECONDS
    while True:
        where = {
            match["stage"]: match["process"]
            for match in map(STAGE_LINE.search, list(lines))
            if match and match["id"] == session_id
        }
        if len(where) == STAGES or time.monotonic() >= end:
            return where
        time.sleep(0.1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt

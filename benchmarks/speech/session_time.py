"""From upload to the report: how long a session takes against its own length, on the running platform.

    python -m benchmarks.speech.session_time AUDIO --models var/models

Starts the real platform twice, once wording with the packaged language model and once by extraction
alone, sends the recording and follows it. Writes benchmarks/results/session_time.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from core.tests.flows.platform import ROOT, live_platform

BACKENDS = {"packaged_gguf": 0.5, "extraction": 0.25}
"""The report backend and the share of the session's length it should stay under."""
TITLE = "How long it takes"


def measure(audio: Path, models: Path, backend: str) -> tuple[float, float, float, str]:
    """Seconds from upload to report, of transcription and of drafting, and which engine drafted."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"MODELS_DIR": str(models.resolve()), "REPORT_BACKEND": backend}
        with live_platform(Path(folder) / "var", **settings) as live, live.client() as client:
            while not (sample := client.get("/sessions")["results"]) or sample[0]["status"] != "report_ready":
                time.sleep(1)  # the sample session of the first start has the machine until then
            session = client.create_session(TITLE)
            began = time.monotonic()
            client.upload(session["id"], audio)
            journey = client.follow(session["id"], lambda view: None)
            whole = time.monotonic() - began
            report = client.get(f"/sessions/{session['id']}/report")
            engine = report["provenance"]["engine"]
    return whole, journey.seconds["transcription"], journey.seconds["report"], engine


def length_of(audio: Path) -> float:
    """The recording's length in seconds."""
    from ml.audio.decode import decode

    with decode(audio) as decoded:
        return decoded.duration_ms / 1000


def main() -> None:
    """Measure both backends and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("audio", type=Path)
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    options = parser.parse_args()
    length = length_of(options.audio)
    lines = [
        "# From upload to report",
        "",
        f"`python -m benchmarks.speech.session_time {options.audio.name}`, {datetime.now(UTC):%Y-%m-%d}, "
        f"{os.cpu_count()} cores ({platform.machine()}), a session of {length / 60:.1f} min, the whole "
        "platform on the same machine.",
        "",
        "| wording | from upload to report | of the session's length | goal | transcription | drafting |",
        "|---|---|---|---|---|---|",
    ]
    for backend, goal in BACKENDS.items():
        whole, heard, drafted, engine = measure(options.audio, options.models, backend)
        lines.append(
            f"| {engine} | {whole:.0f} s | {whole / length:.0%} | under {goal:.0%} "
            f"| {heard:.0f} s | {drafted:.0f} s |"
        )
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
    (ROOT / "benchmarks" / "results" / "session_time.md").write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()

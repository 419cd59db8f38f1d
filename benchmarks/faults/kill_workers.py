"""SIGKILL of the worker at random moments of each stage, with real engines.

    python -m benchmarks.faults.kill_workers --sessions 20

Each session's worker is killed once in transcription and once in drafting, after the stage's
first heartbeat. Every session must end in report_ready with each stage completed exactly once.
Writes benchmarks/results/kill_workers.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from core.runtime.journey import PlatformClient
from core.tests.flows.platform import QUICK_FAULTS, ROOT, SAMPLE, LivePlatform, live_platform
from core.tests.flows.stage_runs import stage_runs

WORKERS = {"transcribing": "worker-transcription", "reporting": "worker-reports"}
HEARTBEAT_SECONDS = float(QUICK_FAULTS["STAGE_HEARTBEAT_SECONDS"])


def kill_once(platform: LivePlatform, client: PlatformClient, session_id: str, status: str) -> bool:
    """Kill the stage's worker at a random moment; False when the stage was over before."""
    while (now := client.get(f"/sessions/{session_id}")["status"]) != status:
        if now in {"report_ready", "failed"}:
            return False
        time.sleep(0.05)
    time.sleep(HEARTBEAT_SECONDS + random.uniform(0.1, 3.0))
    still = client.get(f"/sessions/{session_id}")["status"] == status
    if still:
        platform.kill(WORKERS[status], whole_group=random.random() < 0.5)
    return still


def main() -> int:
    """Run the kills and write the table; the exit status is 1 when a session was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--audio", type=Path, default=SAMPLE)
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    rows, good = [], 0
    with tempfile.TemporaryDirectory() as folder:
        faults = {**QUICK_FAULTS, "MODELS_DIR": str(options.models.resolve())}
        with live_platform(Path(folder) / "var", **faults) as platform, platform.client() as client:
            for number in range(1, options.sessions + 1):
                client.sign_in()
                session = client.create_session(f"Kill {number}")
                client.upload(session["id"], options.audio)
                began = time.monotonic()
                killed = [kill_once(platform, client, session["id"], status) for status in WORKERS]
                while (now := client.get(f"/sessions/{session['id']}")["status"]) not in {
                    "report_ready", "failed",
                }:  # fmt: skip
                    time.sleep(0.3)
                runs = stage_runs(platform.var_dir, session["id"])
                once = runs.get(("transcription", "completed")) == runs.get(("report", "completed")) == 1
                good += now == "report_ready" and once
                seconds = time.monotonic() - began
                rows.append(f"| {number} | {killed[0]} | {killed[1]} | {now} | {once} | {seconds:.0f} |")
                sys.stdout.write(rows[-1] + "\n")
                sys.stdout.flush()
    head = [
        "# SIGKILL of the worker in each stage",
        "",
        f"`python -m benchmarks.faults.kill_workers --sessions {options.sessions} --seed {options.seed}`: "
        f"{good} of {options.sessions} sessions ended in report_ready, each stage completed exactly once.",
        "",
        "| session | killed in transcription | killed in drafting | ended | each stage once | seconds |",
        "|---|---|---|---|---|---|",
    ]
    target = ROOT / "benchmarks" / "results" / "kill_workers.md"
    target.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return 0 if good == options.sessions else 1


if __name__ == "__main__":
    sys.exit(main())

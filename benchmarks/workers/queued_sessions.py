"""N workers on queued sessions, against one: with a stage of fixed cost, and with the real stages.

    python -m benchmarks.workers.queued_sessions fixed --sessions 96 --workers 1 2 4 8
    python -m benchmarks.workers.queued_sessions real --sessions 12 --models var/models

The database is PostgreSQL, the broker Valkey over TCP, each worker a process of its own that takes
one task at a time. Each real worker is pinned to one core. The time counted is from the first
attempt's beginning to the last one's end, as the database has it. Adds to benchmarks/results/workers.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.workers.results import keep
from core.testing.worker_cluster import ROOT, WorkerCluster, wait_for, worker_cluster

GOAL = 0.85


def queue(count: int, audio: Path | None) -> list[Any]:
    """So many sessions, sent to the broker; their ids."""
    from accounts.tests.factories import TherapistFactory
    from sessions_app import pipeline
    from sessions_app.tests.factories import TherapySessionFactory, stored_recording

    therapist = TherapistFactory.create(email=f"{time.time_ns()}@clinic.example")
    sessions = [TherapySessionFactory.create(therapist=therapist) for _ in range(count)]
    if audio is not None:
        for session in sessions:
            stored_recording(session, audio.read_bytes())
    for session in sessions:
        pipeline.start(session.pk, pipeline.TRANSCRIPTION)
    return [session.pk for session in sessions]


def measure(
    cluster: WorkerCluster, workers: int, sessions: int, stages: dict[str, str], audio: Path | None
) -> dict[str, Any]:
    """Let that many workers do all sessions; seconds in all and of each stage."""
    from sessions_app import reaper
    from sessions_app.models import Outcome, StageRun

    names = [f"n{workers}-{number}" for number in range(workers)]
    cores = os.cpu_count() or 1
    for number, name in enumerate(names):
        pinned = {number % cores} if audio is not None else set[int]()
        cluster.start(name, queues=",".join(stages.values()), cores=pinned, wait=False)
    cluster.wait_ready(*names)
    ids = queue(sessions, audio)
    runs = StageRun.objects.filter(session__in=ids, stage__in=stages)

    def over() -> bool:
        reaper.reap()
        return runs.exclude(outcome=Outcome.RUNNING).count() >= sessions * len(stages)

    wait_for(over, 3600, every=0.2)
    for name in names:
        cluster.kill(name)
    rows = [
        (run.stage, run.started_at, run.ended_at)
        for run in runs
        if run.outcome == Outcome.COMPLETED and run.ended_at
    ]
    if len(rows) < runs.count():
        raise SystemExit(f"Not every attempt completed: {sorted(runs.values_list('outcome', flat=True))}")

    def seconds(begin: datetime, end: datetime) -> float:
        return (end - begin).total_seconds()

    whole = seconds(min(row[1] for row in rows), max(row[2] for row in rows))
    each = {stage: mean(seconds(row[1], row[2]) for row in rows if row[0] == stage) for stage in stages}
    return {
        "workers": workers,
        "seconds": round(whole, 2),
        "stage_seconds": {k: round(v, 3) for k, v in each.items()},
    }


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All numbers of workers, one after the other on the same servers."""
    fixed = options.kind == "fixed"
    stages = (
        {"transcription": "transcription"}
        if fixed
        else {"transcription": "transcription", "report": "reports"}
    )
    environment = {
        "MODELS_DIR": str(options.models.resolve()),
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
        "BENCHMARK_STAGE_SECONDS": str(options.seconds),
        "OMP_NUM_THREADS": "1",
        "TRANSCRIBER_OPTIONS": json.dumps({"model": options.model, "cpu_threads": 1}),
        "REPORT_BACKEND": options.backend,
        "WORKER_WARM": "0" if fixed else "1",
    }
    settings = "benchmarks.workers.settings" if fixed else "core.settings"
    rows = []
    with worker_cluster(folder, environment, settings=settings) as cluster:
        for workers in options.workers:
            rows.append(measure(cluster, workers, options.sessions, stages, None if fixed else options.audio))
            first = rows[0]
            share = first["seconds"] * first["workers"] / (rows[-1]["seconds"] * workers)
            rows[-1]["of_ideal"] = round(share, 3)
            sys.stdout.write(json.dumps(rows[-1]) + "\n")
            sys.stdout.flush()
    figures: dict[str, Any] = {"sessions": options.sessions, "rows": rows}
    if fixed:
        return {**figures, "cost_seconds": options.seconds}
    return {**figures, "recording": options.audio.name, "model": options.model, "backend": options.backend}


def main() -> int:
    """Run one kind; the exit status is 1 when fixed cost stays under the goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=["fixed", "real"])
    parser.add_argument("--sessions", type=int, default=96)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=0.5, help="cost of the fixed stage")
    parser.add_argument("--audio", type=Path, default=ROOT / "assets" / "session_short.ogg")
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--backend", default="extraction", help="what words the report")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(options, Path(folder) / "cluster")
    keep(f"queued_{options.kind}", figures)
    return 1 if options.kind == "fixed" and min(row["of_ideal"] for row in figures["rows"]) < GOAL else 0


if __name__ == "__main__":
    sys.exit(main())

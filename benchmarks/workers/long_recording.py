"""One long recording over two workers of one core each, against one such worker.

    python -m benchmarks.workers.long_recording RECORDINGS --models var/models

RECORDINGS is a folder of WAV files with their turns (benchmarks/speech/make_recordings.py); they are
joined to one long recording. PostgreSQL, Valkey over TCP, the real pipeline. Beside the times it
compares what was heard: word error rate, dropped turns, coverage, and the words at each join.
Adds to benchmarks/results/workers.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workers.queued_sessions import queue
from benchmarks.workers.results import keep
from core.testing.worker_cluster import ROOT, WorkerCluster, wait_for, worker_cluster

GOAL = 1.6
AROUND_MS = 6_000


@dataclass(frozen=True, slots=True)
class Turn:
    """What was really said, and when."""

    start_ms: int
    end_ms: int
    text: str


def joined(folder: Path, target: Path) -> tuple[float, list[Turn]]:
    """All recordings of a folder in one file; its length in seconds and its turns."""
    parts: list[Any] = []
    turns: list[Turn] = []
    at = 0
    for path in sorted(folder.glob("*.wav")):
        with wave.open(str(path), "rb") as file:
            rate = file.getframerate()
            if (file.getnchannels(), rate) != (1, 16_000):
                raise SystemExit(f"{path.name} is not mono at 16 kHz.")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        for turn in json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["turns"]:
            turns.append(Turn(at + round(turn["start"] * 1000), at + round(turn["end"] * 1000), turn["text"]))
        parts += [samples, np.zeros(rate, np.int16)]
        at += (len(samples) + rate) * 1000 // rate
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.concatenate(parts).tobytes())
    return at / 1000, turns


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of both stages (0 for a report that was not drafted), the transcript, the cuts in ms."""

    seconds: float
    report_seconds: float
    transcript: Any
    cuts: list[int]


def work(cluster: WorkerCluster, audio: Path, workers: int, queues: str = "transcription") -> Took:
    """Let that many workers, of one core each, do what their queues bring."""
    from sessions_app import reaper
    from sessions_app.models import Outcome, StageRun, TherapySession, TranscriptionPiece
    from sessions_app.services.transcripts import transcript_load

    names = [f"{workers}-{number}" for number in range(workers)]
    for number, name in enumerate(names):
        cluster.start(name, queues=queues, cores={number}, wait=False)
    cluster.wait_ready(*names)
    (session_id,) = queue(1, audio)
    cuts: set[int] = set()
    stages = ["transcription", "report"][: 1 + ("reports" in queues)]
    runs = StageRun.objects.filter(session=session_id, stage__in=stages)

    def over() -> bool:
        reaper.reap()
        for span in TranscriptionPiece.objects.values_list("span", flat=True):
            cuts.update(block["start_ms"] for block in span["blocks"])
        ended = runs.exclude(outcome=Outcome.RUNNING)
        return ended.count() == len(stages) or ended.exclude(outcome=Outcome.COMPLETED).exists()

    wait_for(over, 7200, every=0.5)
    for name in names:
        cluster.kill(name)
    took = {
        run.stage: (run.ended_at - run.started_at).total_seconds()
        for run in runs
        if run.outcome == Outcome.COMPLETED and run.ended_at
    }
    if len(took) < len(stages):
        raise SystemExit(f"Not every stage completed: {sorted(runs.values_list('error_code', flat=True))}")
    transcript = transcript_load(TherapySession.objects.get(pk=session_id))
    return Took(took["transcription"], took.get("report", 0.0), transcript, sorted(cuts)[1:])


def heard(transcript: Any, turns: Sequence[Turn]) -> dict[str, Any]:
    """Word error rate, turns of which under half arrived, and coverage."""
    from ml.metrics.wer import arrived_shares, word_errors

    text = " ".join(segment.text for segment in transcript.segments)
    errors = word_errors(" ".join(turn.text for turn in turns), text)
    return {
        "word_error_rate": round(errors.rate, 4),
        "dropped_turns": sum(share < 0.5 for share in arrived_shares([turn.text for turn in turns], text)),
        "gaps": len(transcript.coverage.gaps),
        "speech_covered": round(
            transcript.coverage.transcribed_ms / max(1, transcript.coverage.speech_ms), 5
        ),
        "words": len(text.split()),
    }


def at_the_joins(transcript: Any, turns: Sequence[Turn], cuts: Sequence[int]) -> dict[str, int]:
    """Errors against what was said in the turns around each cut: words lost, and words too many."""
    from ml.metrics.wer import word_errors

    lost = extra = said = 0
    for cut in cuts:
        near = [turn for turn in turns if turn.end_ms > cut - AROUND_MS and turn.start_ms < cut + AROUND_MS]
        if not near:
            continue
        start, end = near[0].start_ms - 150, near[-1].end_ms + 150
        words = [
            word.text
            for segment in transcript.segments
            for word in segment.words
            if start <= (word.start_ms + word.end_ms) // 2 <= end
        ]
        errors = word_errors(" ".join(turn.text for turn in near), " ".join(words))
        lost, extra, said = lost + errors.deletions, extra + errors.insertions, said + errors.reference_words
    return {"cuts": len(cuts), "words_said": said, "deleted": lost, "inserted": extra}


def main() -> int:
    """Measure one worker undivided and two workers divided; 1 when the goal is not reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--backend", default="packaged_gguf", help="what words the report")
    parser.add_argument("--piece-seconds", type=int, default=120)
    options = parser.parse_args()
    environment = {
        "MODELS_DIR": str(options.models.resolve()),
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
        "OMP_NUM_THREADS": "1",
        "TRANSCRIBER_OPTIONS": json.dumps({"model": options.model, "cpu_threads": 1}),
        "WORKER_WARM": "1",
        "REPORT_BACKEND": options.backend,
        "SPREAD_PIECE_SECONDS": str(options.piece_seconds),
    }
    with tempfile.TemporaryDirectory() as folder, worker_cluster(Path(folder) / "c", environment) as cluster:
        length, turns = joined(options.recordings, Path(folder) / "long.wav")
        audio = Path(folder) / "long.wav"
        alone = work(cluster, audio, 1, "transcription,reports")
        os.environ["SPREAD_FROM_SECONDS"] = "60"
        divided_alone = work(cluster, audio, 1)
        two = work(cluster, audio, 2)
        figures = {
            "seconds_of_sound": round(length),
            "model": options.model,
            "piece_seconds": options.piece_seconds,
            "one_worker": round(alone.seconds, 1),
            "one_worker_divided": round(divided_alone.seconds, 1),
            "two_workers": round(two.seconds, 1),
            "times_faster": round(alone.seconds / two.seconds, 2),
            "report_seconds": round(alone.report_seconds, 1),
            "report_backend": options.backend,
            "undivided": heard(alone.transcript, turns),
            "divided": heard(two.transcript, turns),
            "joins_undivided": at_the_joins(alone.transcript, turns, two.cuts),
            "joins_divided": at_the_joins(two.transcript, turns, two.cuts),
        }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    keep("long_recording", figures)
    return 0 if figures["times_faster"] >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

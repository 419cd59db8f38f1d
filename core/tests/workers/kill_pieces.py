"""A divided recording, real engines, and workers that are killed: run by `test_pieces_survive`.

    python -m core.tests.workers.kill_pieces FOLDER MODELS

Prints one JSON object: how it ended, what was said, and who decoded what.
"""

from __future__ import annotations

import json
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np

from core.testing.worker_cluster import ROOT, WorkerCluster, wait_for, worker_cluster

SAMPLE = ROOT / "assets" / "session_short.ogg"
TIMES = 2
WARM = "the engines of transcription are loaded"
LEADS = "tasks.transcribe_session["
"""What a worker prints when it is given the session, and not a call for help."""


def recording(path: Path) -> Path:
    """The sample session twice, a second apart."""
    from ml.audio.decode import SAMPLE_RATE, decode

    with decode(SAMPLE) as audio:
        once = np.concatenate([audio.mono(), np.zeros(SAMPLE_RATE, np.float32)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.tile(once, TIMES) * 32767).astype("<i2").tobytes())
    return path


def new_session(audio: Path) -> Any:
    """A session whose transcription is sent."""
    from accounts.tests.factories import TherapistFactory
    from sessions_app import pipeline
    from sessions_app.tests.factories import TherapySessionFactory, stored_recording

    session = TherapySessionFactory.create(therapist=TherapistFactory.create())
    stored_recording(session, audio.read_bytes())
    pipeline.start(session.pk, pipeline.TRANSCRIPTION)
    return session


def run(cluster: WorkerCluster, audio: Path) -> dict[str, Any]:
    """Kill the first helper and then the leader, each with a piece in hand."""
    from sessions_app import reaper
    from sessions_app.models import StageRun, Status, TherapySession, TranscriptionPiece
    from sessions_app.services.transcripts import transcript_load

    cluster.start("one", wait=False)
    cluster.start("two", wait=False)
    cluster.wait_ready("one", "two")
    session = new_session(audio)

    def in_hand() -> int:
        reaper.reap()
        return TranscriptionPiece.objects.exclude(lease_token=None).count()

    def done() -> int:
        reaper.reap()
        return TranscriptionPiece.objects.exclude(done_at=None).count()

    def state() -> str:
        reaper.reap()
        return str(TherapySession.objects.values_list("status", flat=True).get(pk=session.pk))

    wait_for(lambda: in_hand() == 2, 60, every=0.02)
    leader, helper = sorted(("one", "two"), key=lambda name: LEADS not in cluster.said(name))
    cluster.kill(helper)
    cluster.start("three", wait=False)
    wait_for(lambda: done() >= 2, 60, every=0.02)
    cluster.kill(leader)
    kept = list(TranscriptionPiece.objects.exclude(done_at=None).values_list("number", "done_at"))
    cluster.wait_ready("three")
    again = TranscriptionPiece.objects.filter(number__in=[number for number, _ in kept])
    kept_until_the_end = dict(kept)

    def over() -> bool:
        kept_until_the_end.update(again.values_list("number", "done_at"))
        return state() not in {Status.UPLOADED, Status.TRANSCRIBING}

    wait_for(over, 120)
    row = TherapySession.objects.get(pk=session.pk)
    transcript = transcript_load(row)
    runs = StageRun.objects.filter(session=session, stage="transcription")
    return {
        "status": row.status,
        "text": " ".join(segment.text for segment in transcript.segments),
        "gaps": len(transcript.coverage.gaps),
        "speakers": len(transcript.speakers),
        "outcomes": sorted(runs.values_list("outcome", flat=True)),
        "decoded_again": [number for number, at in kept if kept_until_the_end[number] != at],
        "kept": len(kept),
        "pieces_left": TranscriptionPiece.objects.count(),
        "warm": [WARM in cluster.said(name) for name in ("one", "two", "three")],
        "words_in_logs": any("phone" in cluster.said(name) for name in ("one", "two", "three")),
    }


def main() -> None:
    """Run it once."""
    folder = Path(sys.argv[1])
    environment = {
        "MODELS_DIR": sys.argv[2],
        "TRANSCRIBER_OPTIONS": json.dumps({"model": "whisper-tiny-en", "cpu_threads": 1}),
        "SPREAD_FROM_SECONDS": "60",
        "SPREAD_PIECE_SECONDS": "15",
        "WORKER_WARM": "1",
        "STAGE_LEASE_SECONDS": "4",
        "STAGE_HEARTBEAT_SECONDS": "1",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
    }
    with worker_cluster(folder, environment) as cluster:
        result = run(cluster, recording(folder / "long.wav"))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

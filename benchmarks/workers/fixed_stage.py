"""A stage that only waits: it shows what broker, database and pipeline cost beside the work itself."""

from __future__ import annotations

import time

from celery import shared_task
from django.conf import settings

from ml.progress import Progress
from sessions_app import pipeline
from sessions_app.models import TherapySession
from sessions_app.stage import StageTask


def _wait(session: TherapySession, progress: Progress) -> None:
    seconds: float = settings.BENCHMARK_STAGE_SECONDS  # type: ignore[misc]
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        progress(1 - left / seconds)
        time.sleep(min(0.1, left))


@shared_task(base=StageTask, bind=True)
def wait(self: StageTask, session_id: str) -> None:
    """Hold a worker for a fixed time."""
    self.run_stage(session_id, pipeline.TRANSCRIPTION, _wait, lambda session, result: None)

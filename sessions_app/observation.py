"""An attempt at a stage as it is seen: ids in its log lines, a span, its time and its end in metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseAway
from structlog.contextvars import bound_contextvars

from core.observability import metrics
from ml.spans import PREFIX, traced
from sessions_app.models import Outcome, StageRun, Transcript
from sessions_app.pipeline import TRANSCRIPTION, Lease


@contextmanager
def observed_stage(lease: Lease) -> Iterator[None]:
    """Around an attempt: how it ended is read from its `StageRun`, which every end writes."""
    ids: dict[str, str | float] = {
        "session_id": str(lease.session_id),
        "stage": lease.stage.name,
        "attempt": lease.attempt,
    }
    with bound_contextvars(**ids), traced(f"stage {lease.stage.name}", ids) as current:
        yield
        try:
            run = StageRun.objects.filter(lease_token=lease.token).first()
            if run is None or run.ended_at is None:
                return
            current.set_attribute(PREFIX + "outcome", run.outcome)
            if run.outcome == Outcome.LOST:
                return  # the reaper has counted it
            seconds = (run.ended_at - run.started_at).total_seconds()
            metrics.STAGE_SECONDS.labels(run.stage, run.outcome).observe(seconds)
            if run.error_code:
                metrics.STAGE_ERRORS.labels(run.stage, run.error_code).inc()
            if run.stage == TRANSCRIPTION.name and run.outcome == Outcome.COMPLETED:
                _real_time_factor(lease, seconds)
        except DatabaseAway:
            # The work is done or noted; a database that went away only costs its figures.
            return


def _real_time_factor(lease: Lease, seconds: float) -> None:
    durations = Transcript.objects.filter(session_id=lease.session_id).values_list("duration_ms", flat=True)
    if duration_ms := durations.first():
        metrics.REAL_TIME_FACTOR.observe(seconds / (duration_ms / 1000))

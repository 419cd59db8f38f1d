"""The reaper: takes up again what a dead worker or an absent broker left lying.

A session whose lease ran out goes back to the queue, a bounded number of times; a stage that
waits without having been sent, or for very long, is sent again. Beat calls it every few seconds.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from core.observability import metrics
from sessions_app import pipeline
from sessions_app.clock import shared_now
from sessions_app.models import Outcome, Status, TherapySession

MISSED_RETRY_SECONDS = 15


def reap() -> int:
    """Re-queue sessions whose worker died and send those that were not sent; returns how many."""
    now = shared_now()
    moved = 0
    lost = TherapySession.objects.filter(status__in=pipeline.RUNNING, lease_expires_at__lt=now)
    for session in lost.only("status", "attempts", "lease_token", "stage_started_at"):
        stage = pipeline.RUNNING[Status(session.status)]
        rows = TherapySession.objects.filter(
            pk=session.pk, lease_token=session.lease_token, lease_expires_at__lt=now
        )
        with transaction.atomic():
            if session.attempts >= settings.STAGE_MAX_ATTEMPTS:
                # It took a worker with it every time: a recording that kills the decoder, say.
                ended = pipeline.fail_rows(rows, stage, "internal_error")
            else:
                ended = bool(
                    rows.update(
                        status=stage.waiting,
                        status_changed_at=now,
                        queued_at=None,
                        lease_token=None,
                        lease_expires_at=None,
                        updated_at=now,
                    )
                )
            if ended and session.lease_token is not None:
                pipeline.end_run(session.lease_token, Outcome.LOST)
                moved += 1
        if ended and session.stage_started_at is not None:
            # Who worked on it cannot count it any more.
            seconds = (now - session.stage_started_at).total_seconds()
            metrics.STAGE_SECONDS.labels(stage.name, Outcome.LOST).observe(seconds)
    unsent = Q(queued_at=None) | Q(queued_at__lt=now - timedelta(seconds=settings.STAGE_RESEND_AFTER_SECONDS))
    # A retry's message that came before its time, by a clock that differs, did nothing.
    early = Q(queued_at__lt=F("not_before"), not_before__lt=now - timedelta(seconds=MISSED_RETRY_SECONDS))
    due = Q(not_before=None) | Q(not_before__lte=now)
    waiting = TherapySession.objects.filter(unsent | early, due, status__in=pipeline.WAITING)
    for pk, queued_at in waiting.values_list("pk", "queued_at"):
        pipeline.send(pk, again=queued_at is not None)
        moved += 1
    return moved

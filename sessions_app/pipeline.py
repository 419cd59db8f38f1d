"""The state machine of a session: who may work on it, and what comes next.

    created -> uploaded -> transcribing -> transcribed -> reporting -> report_ready
                   ^            |                |             |
                   |            +---- failed <---|-------------+
                   +---- retry -----/            +-- a report can be asked for again

The row is the record of work; the broker only carries ids. Every move is one conditional UPDATE,
so that of two workers, or of a worker and a person who cancels, exactly one wins:

- `enqueue` sends the stage that waits at the present status, after the commit. A broker that is
  away costs nothing: `queued_at` stays empty and the reaper sends it later.
- `claim` takes the session for one stage and gives a lease with a fresh token. A second delivery
  of the same message finds a running lease and gets None.
- `heartbeat`, `complete`, `release` and `fail` act only while that token still holds the row.
- `sessions_app.reaper` gives a session whose lease ran out back to the queue.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from celery import Task
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from core.errors import ApplicationError
from sessions_app.clock import shared_now
from sessions_app.consent import refuse_without_consent
from sessions_app.models import Outcome, StageRun, Status, TherapySession
from sessions_app.models.session import TherapySessionQuerySet
from sessions_app.priorities import SOON, report_priority, transcription_priority

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pipeline: the status it waits at, runs in and leads to."""

    name: str
    waiting: Status
    running: Status
    done: Status


TRANSCRIPTION = Stage("transcription", Status.UPLOADED, Status.TRANSCRIBING, Status.TRANSCRIBED)
REPORT = Stage("report", Status.TRANSCRIBED, Status.REPORTING, Status.REPORT_READY)
STAGES = (TRANSCRIPTION, REPORT)
NAMED = {stage.name: stage for stage in STAGES}
WAITING = {stage.waiting: stage for stage in STAGES}
RUNNING = {stage.running: stage for stage in STAGES}
PRIORITIES = {TRANSCRIPTION.name: transcription_priority, REPORT.name: report_priority}
BUSY = frozenset(WAITING) | frozenset(RUNNING)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one stage of one session until it is lost."""

    session_id: uuid.UUID
    stage: Stage
    token: uuid.UUID
    attempt: int


def _expiry(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.STAGE_LEASE_SECONDS)


def start(session_id: uuid.UUID, stage: Stage) -> None:
    """Put a session at the beginning of a stage and send it; the caller has checked it may.

    Whatever ran before has lost its lease and cannot write any more.

    Raises:
        ApplicationError: `consent_missing` while the patient does not agree to processing.
    """
    refuse_without_consent(session_id)
    _put(session_id, stage.waiting)
    enqueue(session_id)


def reset(session_id: uuid.UUID) -> None:
    """Put a session where no work is asked for: it got a typed transcript, and no report yet."""
    _put(session_id, Status.CREATED)


def _put(session_id: uuid.UUID, status: Status) -> None:
    now = shared_now()
    TherapySession.objects.filter(pk=session_id).update(
        status=status,
        status_changed_at=now,
        failed_stage="",
        error_code="",
        attempts=0,
        queued_at=None,
        not_before=None,
        lease_token=None,
        lease_expires_at=None,
        stage_started_at=None,
        progress=0.0,
        updated_at=now,
    )


def enqueue(session_id: uuid.UUID, *, countdown: float = 0) -> None:
    """Send the waiting stage of a session once the present transaction has committed."""
    transaction.on_commit(partial(send, session_id, countdown))


def send(session_id: uuid.UUID, countdown: float = 0, *, again: bool = False) -> None:
    """Hand the waiting stage to the broker now; a broker that is away leaves `queued_at` empty.

    What is sent again has waited long, so it goes before what came after it.
    """
    rows = TherapySession.objects.filter(pk=session_id, status__in=WAITING)
    session = rows.only("status", "report_request").first()
    if session is None:
        return
    stage = WAITING[Status(session.status)]
    priority = PRIORITIES[stage.name](session)
    task: Task = import_string(settings.SESSION_PIPELINE[stage.name])
    # Written first: eager tasks run inside apply_async, and a failed send takes it back.
    waiting = TherapySession.objects.filter(pk=session_id, status=stage.waiting)
    waiting.update(queued_at=shared_now())
    try:
        task.apply_async(
            args=(str(session_id),), countdown=countdown, priority=min(priority, SOON) if again else priority
        )
    except Exception as error:
        # Whatever the broker's trouble, the upload is safe and is answered; the reaper sends it.
        waiting.update(queued_at=None)
        logger.warning("broker: %s, session %s waits for the reaper", type(error).__name__, session_id)


def claim(session_id: uuid.UUID, stage: Stage) -> Lease | None:
    """Take the session for one stage; exactly one worker gets a lease, the others None."""
    now = shared_now()
    token = uuid.uuid4()
    ready = Q(status=stage.waiting) & (Q(not_before=None) | Q(not_before__lte=now))
    with transaction.atomic():
        taken = TherapySession.objects.filter(ready, pk=session_id).update(
            status=stage.running,
            status_changed_at=now,
            attempts=F("attempts") + 1,
            lease_token=token,
            lease_expires_at=_expiry(now),
            stage_started_at=now,
            progress=0.0,
            updated_at=now,
        )
        if not taken:
            return None
        attempt = TherapySession.objects.values_list("attempts", flat=True).get(pk=session_id)
        # Of a worker whose lease ended without a word from it: the stage was begun anew meanwhile.
        left = StageRun.objects.filter(session_id=session_id, outcome=Outcome.RUNNING)
        left.update(outcome=Outcome.LOST, ended_at=now)
        StageRun.objects.create(session_id=session_id, stage=stage.name, attempt=attempt, lease_token=token)
    return Lease(session_id, stage, token, attempt)


def heartbeat(lease: Lease, progress: float | None = None) -> bool:
    """Extend the lease and note the progress; False when the lease is lost and work must stop."""
    fields: dict[str, object] = {"lease_expires_at": _expiry(shared_now())}
    if progress is not None:
        fields["progress"] = progress
    return _held(lease).update(**fields) == 1


def complete(lease: Lease, save: Callable[[], None]) -> bool:
    """Store the result and move on, in one transaction; False when the lease was lost.

    `save` runs only while this lease holds the row, so a result is stored once or not at all.
    """
    now = shared_now()
    with transaction.atomic():
        moved = _held(lease).update(
            status=lease.stage.done,
            status_changed_at=now,
            attempts=0,
            queued_at=None,
            not_before=None,
            lease_token=None,
            lease_expires_at=None,
            progress=1.0,
            updated_at=now,
        )
        if not moved:
            return False
        save()
        end_run(lease.token, Outcome.COMPLETED)
        enqueue(lease.session_id)
    return True


def release(lease: Lease, code: str) -> bool:
    """Give the stage back for another attempt after a pause, or fail it when they are spent.

    The pause doubles with each attempt and is spread at random, so that many sessions which met
    the same outage do not come back at the same moment.
    """
    if lease.attempt >= settings.STAGE_MAX_ATTEMPTS:
        return fail(lease, code)
    pause = settings.STAGE_BACKOFF_SECONDS * 2 ** (lease.attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
    now = shared_now()
    with transaction.atomic():
        moved = _held(lease).update(
            status=lease.stage.waiting,
            status_changed_at=now,
            queued_at=None,
            not_before=now + timedelta(seconds=pause),
            lease_token=None,
            lease_expires_at=None,
            updated_at=now,
        )
        if moved:
            end_run(lease.token, Outcome.RETRY, code)
            enqueue(lease.session_id, countdown=pause)
    return moved == 1


def fail(lease: Lease, code: str) -> bool:
    """End the stage with an error code; False when the lease was lost."""
    with transaction.atomic():
        moved = fail_rows(_held(lease), lease.stage, code)
        if moved:
            end_run(lease.token, Outcome.FAILED, code)
    return moved


def cancel(session_id: uuid.UUID) -> None:
    """Stop the work on a session, waiting or running; it can be retried, and is not by itself.

    Raises:
        ApplicationError: `validation_error` when nothing is being worked on.
    """
    for stage in STAGES:
        with transaction.atomic():
            rows = TherapySession.objects.filter(pk=session_id, status__in=[stage.waiting, stage.running])
            token = rows.values_list("lease_token", flat=True).first()
            if fail_rows(rows, stage, "cancelled"):
                if token is not None:
                    end_run(token, Outcome.CANCELLED, "cancelled")
                return
    raise ApplicationError("validation_error", "Nothing is being worked on, so there is nothing to cancel.")


def retry(session_id: uuid.UUID) -> None:
    """Start the failed stage again.

    Raises:
        ApplicationError: `session_busy` while it runs, `validation_error` when nothing failed.
    """
    session = TherapySession.objects.get(pk=session_id)
    if session.status in BUSY:
        raise ApplicationError("session_busy")
    if session.status != Status.FAILED:
        raise ApplicationError("validation_error", "Nothing failed, so there is nothing to retry.")
    start(session_id, NAMED[session.failed_stage])


def eta_seconds(session: TherapySession) -> int | None:
    """Seconds until the running stage is done, from the share done so far; None if unknown."""
    if session.status not in RUNNING or session.stage_started_at is None or session.progress < 0.02:
        return None
    passed = (timezone.now() - session.stage_started_at).total_seconds()
    return max(0, round(passed * (1 - session.progress) / session.progress))


def _held(lease: Lease) -> TherapySessionQuerySet:
    return TherapySession.objects.filter(
        pk=lease.session_id, status=lease.stage.running, lease_token=lease.token
    )


def fail_rows(rows: TherapySessionQuerySet, stage: Stage, code: str) -> bool:
    """End a stage with a code for rows whose condition still holds; whether one did."""
    now = shared_now()
    return bool(
        rows.update(
            status=Status.FAILED,
            status_changed_at=now,
            failed_stage=stage.name,
            error_code=code,
            lease_token=None,
            lease_expires_at=None,
            queued_at=None,
            not_before=None,
            updated_at=now,
        )
    )


def end_run(token: uuid.UUID, outcome: Outcome, code: str = "") -> None:
    """Note how the attempt of that lease ended."""
    StageRun.objects.filter(lease_token=token).update(outcome=outcome, error_code=code, ended_at=shared_now())

"""The state machine: claims, leases, retries, cancel, the reaper."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client import REGISTRY
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Therapist
from core.errors import ApplicationError
from patients.models import Patient
from sessions_app import pipeline, reaper
from sessions_app.models import Outcome, StageRun, Status, TherapySession

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What was handed to the broker: task path and countdown."""
    calls: list[tuple[str, float]] = []

    class Task:
        def __init__(self, path: str) -> None:
            self.path = path

        def apply_async(self, args: tuple[str], countdown: float, priority: int) -> None:
            calls.append((self.path, countdown))

    monkeypatch.setattr(pipeline, "import_string", Task)
    return calls


@pytest.fixture
def session(sent: list[tuple[str, float]]) -> TherapySession:
    therapist = Therapist.objects.create_user("owner@example.org", "x", full_name="Owner")
    patient = Patient.objects.create(therapist=therapist, full_name="P")
    return TherapySession.objects.create(
        therapist=therapist, patient=patient, session_date=date(2026, 1, 2), status=Status.UPLOADED
    )


def reload(session: TherapySession) -> TherapySession:
    return TherapySession.objects.get(pk=session.pk)


def claimed(session: TherapySession) -> pipeline.Lease:
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    return lease


def expire(session: TherapySession) -> None:
    TherapySession.objects.filter(pk=session.pk).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def nothing() -> None:
    """A result that needs no storing."""


def test_start_sends_the_stage_after_the_commit(
    session: TherapySession,
    sent: list[tuple[str, float]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        pipeline.start(session.pk, pipeline.TRANSCRIPTION)
        assert sent == []
    assert sent == [("sessions_app.tasks.transcribe_session", 0)]
    assert reload(session).queued_at is not None


def test_exactly_one_worker_gets_the_lease(session: TherapySession) -> None:
    first = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert first is not None
    assert pipeline.claim(session.pk, pipeline.TRANSCRIPTION) is None
    row = reload(session)
    assert (row.status, row.attempts, row.lease_token) == (Status.TRANSCRIBING, 1, first.token)


def test_a_stage_is_not_claimed_before_its_pause_is_over(session: TherapySession) -> None:
    TherapySession.objects.update(not_before=timezone.now() + timedelta(seconds=60))
    assert pipeline.claim(session.pk, pipeline.TRANSCRIPTION) is None


def test_complete_stores_and_sends_the_next_stage(
    session: TherapySession,
    sent: list[tuple[str, float]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    lease, stored = claimed(session), []
    with django_capture_on_commit_callbacks(execute=True):
        assert pipeline.complete(lease, lambda: stored.append(1))
    assert stored == [1]
    assert reload(session).status == Status.TRANSCRIBED
    assert sent == [("reports.tasks.generate_report", 0)]
    assert StageRun.objects.get().outcome == Outcome.COMPLETED


def test_a_result_that_cannot_be_stored_leaves_the_lease(session: TherapySession) -> None:
    lease = claimed(session)

    def broken() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        pipeline.complete(lease, broken)
    assert reload(session).status == Status.TRANSCRIBING
    assert pipeline.heartbeat(lease)


def test_a_lost_lease_can_neither_store_nor_fail(session: TherapySession) -> None:
    lease, stored = claimed(session), []
    expire(session)
    reaper.reap()
    assert not pipeline.heartbeat(lease)
    assert not pipeline.complete(lease, lambda: stored.append(1))
    assert not pipeline.fail(lease, "internal_error")
    assert stored == []
    assert reload(session).status == Status.UPLOADED


def lost_attempts() -> float:
    labels = {"stage": "transcription", "outcome": "lost"}
    return REGISTRY.get_sample_value("platform_stage_seconds_count", labels) or 0.0


def test_the_reaper_gives_a_dead_workers_session_back(
    session: TherapySession, sent: list[tuple[str, float]]
) -> None:
    claimed(session)
    assert reaper.reap() == 0
    expire(session)
    counted = lost_attempts()
    assert reaper.reap() >= 1
    assert lost_attempts() == counted + 1
    row = reload(session)
    assert (row.status, row.attempts, row.lease_token) == (Status.UPLOADED, 1, None)
    assert sent == [("sessions_app.tasks.transcribe_session", 0)]
    assert StageRun.objects.get().outcome == Outcome.LOST


def test_who_takes_a_stage_over_ends_the_run_that_was_left(session: TherapySession) -> None:
    first = claimed(session)
    pipeline.start(session.pk, pipeline.TRANSCRIPTION)
    second = claimed(session)
    runs = {run.lease_token: run for run in StageRun.objects.all()}
    assert runs[first.token].outcome == Outcome.LOST
    assert runs[first.token].ended_at is not None
    assert runs[second.token].outcome == Outcome.RUNNING
    assert not pipeline.heartbeat(first)
    assert pipeline.complete(second, lambda: None)


def test_the_database_keeps_one_running_attempt_at_a_stage(session: TherapySession) -> None:
    claimed(session)
    run = {"session": session, "attempt": 2, "lease_token": uuid.uuid4()}
    with pytest.raises(IntegrityError), transaction.atomic():
        StageRun.objects.create(stage="transcription", **run)
    StageRun.objects.create(stage="report", **run)


def test_the_migration_ends_runs_that_nobody_holds(session: TherapySession) -> None:
    held = claimed(session)
    StageRun.objects.create(session=session, stage="report", attempt=1, lease_token=uuid.uuid4())
    import_module("sessions_app.migrations.0009_one_running_stage_run").end_left_runs(apps, None)
    outcomes = dict(StageRun.objects.values_list("stage", "outcome"))
    assert outcomes == {"transcription": Outcome.RUNNING, "report": Outcome.LOST}
    assert pipeline.complete(held, lambda: None)
    # Its session has no lease at all now.
    StageRun.objects.update(outcome=Outcome.RUNNING)
    import_module("sessions_app.migrations.0009_one_running_stage_run").end_left_runs(apps, None)
    assert not StageRun.objects.filter(outcome=Outcome.RUNNING).exists()


def test_a_recording_that_kills_every_worker_ends_as_failed(
    session: TherapySession, settings: Settings
) -> None:
    settings.STAGE_MAX_ATTEMPTS = 2
    for _ in range(2):
        claimed(session)
        expire(session)
        reaper.reap()
    row = reload(session)
    assert (row.status, row.failed_stage, row.error_code) == (
        Status.FAILED, "transcription", "internal_error",
    )  # fmt: skip


def test_the_reaper_does_not_send_twice_what_was_sent(
    session: TherapySession, sent: list[tuple[str, float]]
) -> None:
    reaper.reap()
    reaper.reap()
    assert len(sent) == 1


def test_a_message_that_got_lost_is_sent_again_after_a_while(
    session: TherapySession, sent: list[tuple[str, float]]
) -> None:
    TherapySession.objects.update(queued_at=timezone.now() - timedelta(hours=1))
    reaper.reap()
    assert len(sent) == 1


def test_a_broker_that_is_away_costs_nothing(
    session: TherapySession,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    class Task:
        def apply_async(self, args: tuple[str], countdown: float, priority: int) -> None:
            raise OperationalError("away")

    monkeypatch.setattr(pipeline, "import_string", lambda path: Task())
    with django_capture_on_commit_callbacks(execute=True):
        pipeline.start(session.pk, pipeline.TRANSCRIPTION)
    row = reload(session)
    assert (row.status, row.queued_at) == (Status.UPLOADED, None)


def test_a_transient_error_waits_longer_each_time(
    session: TherapySession,
    sent: list[tuple[str, float]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for attempt in (1, 2, 3):
        lease = claimed(session)
        with django_capture_on_commit_callbacks(execute=True):
            assert pipeline.release(lease, "model_timeout")
        row = reload(session)
        assert (row.status, row.attempts) == (Status.UPLOADED, attempt)
        TherapySession.objects.update(not_before=None)
    pauses = [pause for _, pause in sent]
    assert 2.5 <= pauses[0] <= 7.5
    assert 5 <= pauses[1] <= 15
    assert 10 <= pauses[2] <= 30


def test_spent_attempts_fail_with_the_errors_code(session: TherapySession, settings: Settings) -> None:
    settings.STAGE_MAX_ATTEMPTS = 1
    assert pipeline.release(claimed(session), "model_timeout")
    row = reload(session)
    assert (row.status, row.error_code) == (Status.FAILED, "model_timeout")


def test_cancel_while_running_takes_the_lease_away(session: TherapySession) -> None:
    lease = claimed(session)
    pipeline.cancel(session.pk)
    assert not pipeline.heartbeat(lease, 0.5)
    row = reload(session)
    assert (row.status, row.error_code, row.failed_stage) == (Status.FAILED, "cancelled", "transcription")
    assert StageRun.objects.get().outcome == Outcome.CANCELLED
    reaper.reap()
    assert reload(session).status == Status.FAILED


def test_cancel_while_waiting_stops_the_message_from_working(session: TherapySession) -> None:
    pipeline.cancel(session.pk)
    assert pipeline.claim(session.pk, pipeline.TRANSCRIPTION) is None


def test_cancel_of_a_resting_session_is_refused(session: TherapySession) -> None:
    TherapySession.objects.update(status=Status.REPORT_READY)
    with pytest.raises(ApplicationError) as refusal:
        pipeline.cancel(session.pk)
    assert refusal.value.code == "validation_error"


def test_retry_starts_the_failed_stage_again(
    session: TherapySession, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    pipeline.fail(claimed(session), "corrupted_audio")
    with django_capture_on_commit_callbacks(execute=True):
        pipeline.retry(session.pk)
    row = reload(session)
    assert (row.status, row.attempts, row.error_code) == (Status.UPLOADED, 0, "")


def test_retry_of_a_running_session_is_refused(session: TherapySession) -> None:
    with pytest.raises(ApplicationError) as refusal:
        pipeline.retry(session.pk)
    assert refusal.value.code == "session_busy"


def test_eta_follows_from_the_share_done(session: TherapySession) -> None:
    claimed(session)
    TherapySession.objects.update(stage_started_at=timezone.now() - timedelta(seconds=30), progress=0.25)
    assert pipeline.eta_seconds(reload(session)) == pytest.approx(90, abs=2)
    TherapySession.objects.update(progress=0.0)
    assert pipeline.eta_seconds(reload(session)) is None


def test_a_deleted_session_is_nobodys_work(session: TherapySession) -> None:
    assert pipeline.claim(uuid.uuid4(), pipeline.TRANSCRIPTION) is None

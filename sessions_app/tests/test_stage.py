"""The task class: what each kind of error does to the session."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from pytest_django import Settings

from accounts.models import Therapist
from ml.errors import DeviceLost, ErrorCode, PermanentError, TransientError
from ml.progress import Progress
from patients.models import Patient
from sessions_app import pipeline, reaper
from sessions_app.models import Outcome, Status, TherapySession
from sessions_app.stage import StageTask

# The heartbeat thread has a connection of its own, which sees committed rows only.
pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "I hid the pills in the blue box"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> TherapySession:
    monkeypatch.setattr(pipeline, "enqueue", lambda *_, **__: None)
    therapist = Therapist.objects.create_user("owner@example.org", "x", full_name="Owner")
    patient = Patient.objects.create(therapist=therapist, full_name="P")
    return TherapySession.objects.create(
        therapist=therapist, patient=patient, session_date=date(2026, 1, 2), status=Status.UPLOADED
    )


def run(
    session: TherapySession,
    work: Callable[[TherapySession, Progress], object],
    save: Callable[[TherapySession, object], None] = lambda session, result: None,
) -> TherapySession:
    StageTask().run_stage(str(session.pk), pipeline.TRANSCRIPTION, work, save)
    return TherapySession.objects.get(pk=session.pk)


def raising(error: BaseException) -> Callable[[TherapySession, Progress], object]:
    def work(session: TherapySession, progress: Progress) -> object:
        raise error

    return work


def test_it_works_and_stores_the_result(session: TherapySession) -> None:
    stored: list[object] = []
    after = run(session, lambda session, progress: "words", lambda session, result: stored.append(result))
    assert stored == ["words"]
    assert after.status == Status.TRANSCRIBED


def test_a_second_delivery_does_nothing(session: TherapySession) -> None:
    calls: list[int] = []

    def work(session: TherapySession, progress: Progress) -> object:
        calls.append(1)
        if len(calls) == 1:
            run(session, work)
        return None

    run(session, work)
    run(session, work)
    assert calls == [1]


def test_a_permanent_error_fails_at_once_with_its_code(session: TherapySession) -> None:
    after = run(session, raising(PermanentError(ErrorCode.CORRUPTED_AUDIO, "broken")))
    assert (after.status, after.error_code, after.attempts) == (Status.FAILED, "corrupted_audio", 1)


def test_a_transient_error_waits_for_another_attempt(session: TherapySession) -> None:
    after = run(session, raising(TransientError(ErrorCode.MODEL_TIMEOUT, "slow")))
    assert (after.status, after.attempts) == (Status.UPLOADED, 1)
    assert after.not_before is not None


def test_a_lost_gpu_ends_the_process_when_the_session_is_given_back(session: TherapySession) -> None:
    with pytest.raises(SystemExit):
        run(session, raising(DeviceLost("The GPU failed.")))
    after = TherapySession.objects.get(pk=session.pk)
    assert (after.status, after.lease_token) == (Status.UPLOADED, None)


def test_a_full_disk_is_tried_again_as_storage_unavailable(
    session: TherapySession, settings: Settings
) -> None:
    settings.STAGE_MAX_ATTEMPTS = 1
    after = run(session, raising(OSError(28, "No space left on device")))
    assert (after.status, after.error_code) == (Status.FAILED, "storage_unavailable")


def test_a_bucket_that_is_away_is_tried_again(session: TherapySession) -> None:
    after = run(session, raising(EndpointConnectionError(endpoint_url="http://bucket")))
    assert (after.status, after.attempts) == (Status.UPLOADED, 1)
    assert session.stage_runs.get().error_code == "storage_unavailable"


def test_a_result_is_stored_when_the_database_is_back(
    session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sessions_app.outages.PAUSE_SECONDS", 0.01)
    stored: list[object] = []
    tries: list[int] = []

    def save(session: TherapySession, result: object) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("the connection is lost")
        stored.append(result)

    after = run(session, lambda session, progress: "words", save)
    assert (after.status, after.attempts, stored) == (Status.TRANSCRIBED, 0, ["words"])


def test_a_broken_connection_under_the_work_costs_no_attempt(
    session: TherapySession, settings: Settings
) -> None:
    """As a database that restarts leaves it: this thread's next query fails, and the beat's too."""
    settings.STAGE_HEARTBEAT_SECONDS = 0.05
    real, failures = pipeline.heartbeat, [1, 1, 1]

    def flaky(lease: pipeline.Lease, share: float | None = None) -> bool:
        if failures:
            failures.pop()
            raise OperationalError("the connection is lost")
        return real(lease, share)

    def work(session: TherapySession, progress: Progress) -> object:
        progress(0.1)
        while failures:
            time.sleep(0.02)
        return "words"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "heartbeat", flaky)
        after = run(session, work)
    assert (after.status, after.stage_runs.count()) == (Status.TRANSCRIBED, 1)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_fails_the_work_is_waited_for(
    session: TherapySession, error: type[Exception]
) -> None:
    after = run(session, raising(error("the connection is lost")))
    assert (after.status, after.attempts) == (Status.UPLOADED, 1)
    assert session.stage_runs.get().error_code == "storage_unavailable"
    TherapySession.objects.update(not_before=None)
    assert run(session, lambda session, progress: "words").status == Status.TRANSCRIBED


@pytest.mark.usefixtures("postgres")
def test_a_server_that_ends_every_connection_costs_one_attempt_at_most(session: TherapySession) -> None:
    def work(session: TherapySession, progress: Progress) -> object:
        progress(0.1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError("the connection lives")

    after = run(session, work)
    assert (after.status, after.attempts) == (Status.UPLOADED, 1)
    assert session.stage_runs.get().error_code == "storage_unavailable"


def test_a_row_that_two_workers_wrote_is_tried_again(session: TherapySession, settings: Settings) -> None:
    settings.STAGE_MAX_ATTEMPTS = 2

    def save(session: TherapySession, result: object) -> None:
        raise IntegrityError("a row is there already")

    after = run(session, lambda session, progress: "words", save)
    assert (after.status, after.attempts) == (Status.UPLOADED, 1)
    assert session.stage_runs.get().outcome == Outcome.RETRY
    TherapySession.objects.update(not_before=None)
    after = run(session, lambda session, progress: "words", save)
    assert (after.status, after.error_code) == (Status.FAILED, "internal_error")


def test_who_lost_the_lease_and_meets_the_other_ones_rows_changes_nothing(session: TherapySession) -> None:
    other = uuid.uuid4()

    def work(session: TherapySession, progress: Progress) -> object:
        TherapySession.objects.update(lease_token=other)
        raise IntegrityError("a row is there already")

    after = run(session, work)
    assert (after.status, after.lease_token, after.error_code) == (Status.TRANSCRIBING, other, "")


def test_a_defect_fails_with_internal_error_and_logs_no_words(
    session: TherapySession, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        after = run(session, raising(ValueError(SECRET)))
    assert (after.status, after.error_code) == (Status.FAILED, "internal_error")
    assert SECRET not in caplog.text
    assert "ValueError at" in caplog.text


def test_cancel_reaches_running_work(session: TherapySession, settings: Settings) -> None:
    settings.STAGE_HEARTBEAT_SECONDS = 0.05
    stored: list[object] = []

    def work(session: TherapySession, progress: Progress) -> object:
        pipeline.cancel(session.pk)
        for _ in range(200):
            time.sleep(0.02)
            progress(0.5)
        raise AssertionError("the work was not stopped")

    after = run(session, work, lambda session, result: stored.append(result))
    assert (after.status, after.error_code) == (Status.FAILED, "cancelled")
    assert stored == []


def test_progress_is_on_the_row(session: TherapySession) -> None:
    seen: list[float] = []

    def work(session: TherapySession, progress: Progress) -> object:
        progress(0.4)
        seen.append(TherapySession.objects.get(pk=session.pk).progress)
        progress(0.2)
        return None

    run(session, work)
    assert seen == [0.4]


def test_the_heartbeat_keeps_the_lease_of_silent_work(session: TherapySession, settings: Settings) -> None:
    settings.STAGE_LEASE_SECONDS = 0.3
    settings.STAGE_HEARTBEAT_SECONDS = 0.1

    def work(session: TherapySession, progress: Progress) -> object:
        time.sleep(0.8)
        assert reaper.reap() == 0
        return None

    assert run(session, work).status == Status.TRANSCRIBED

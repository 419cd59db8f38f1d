"""Who is served first: what somebody waits for, then what is short or has waited, then the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from sessions_app import pipeline, reaper
from sessions_app.models import Status, TherapySession
from sessions_app.priorities import BULK, HELPING, SOON, WAITED_FOR
from sessions_app.tests.factories import RecordingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The priorities that were sent with."""
    priorities: list[int] = []

    class Task:
        def __init__(self, path: str) -> None:
            pass

        def apply_async(self, args: tuple[str], countdown: float, priority: int) -> None:
            priorities.append(priority)

    monkeypatch.setattr(pipeline, "import_string", Task)
    return priorities


@pytest.mark.parametrize(
    ("minutes", "priority"), [(15, SOON), (16, BULK), (None, BULK)], ids=["short", "long", "unknown"]
)
def test_short_recordings_go_first(
    session: TherapySession, sent: list[int], settings: Settings, minutes: int | None, priority: int
) -> None:
    settings.SHORT_RECORDING_SECONDS = 15 * 60
    RecordingFactory.create(session=session, duration_ms=minutes * 60_000 if minutes else None)
    TherapySession.objects.update(status=Status.UPLOADED)
    pipeline.send(session.pk)
    assert sent == [priority]


def test_a_draft_that_was_asked_for_goes_before_first_drafts(
    session: TherapySession, sent: list[int]
) -> None:
    TherapySession.objects.update(status=Status.TRANSCRIBED)
    pipeline.send(session.pk)
    TherapySession.objects.update(report_request={"note_format": "standard", "sections": ["plan"]})
    pipeline.send(session.pk)
    assert sent == [BULK, WAITED_FOR]


def test_what_waited_long_is_sent_again_before_newer_work(
    session: TherapySession, sent: list[int], settings: Settings
) -> None:
    RecordingFactory.create(session=session, duration_ms=60 * 60_000)
    long_ago = timezone.now() - timedelta(seconds=settings.STAGE_RESEND_AFTER_SECONDS + 1)
    TherapySession.objects.update(status=Status.UPLOADED, queued_at=long_ago)
    assert reaper.reap() == 1
    assert sent == [SOON]


def test_what_was_never_sent_has_its_usual_place(session: TherapySession, sent: list[int]) -> None:
    RecordingFactory.create(session=session, duration_ms=60 * 60_000)
    TherapySession.objects.update(status=Status.UPLOADED, queued_at=None)
    assert reaper.reap() == 1
    assert sent == [BULK]


def test_every_priority_is_a_step_of_the_broker(settings: Settings) -> None:
    steps = settings.CELERY_BROKER_TRANSPORT_OPTIONS["priority_steps"]
    assert steps == sorted({WAITED_FOR, SOON, BULK, HELPING})

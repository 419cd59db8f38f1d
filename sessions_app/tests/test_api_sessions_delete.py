"""DELETE /sessions/{id}."""

from __future__ import annotations

from pathlib import Path

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app import pipeline
from sessions_app.models import MediaErasure, Segment, Status, TherapySession
from sessions_app.services import media_erasure
from sessions_app.services.sessions import session_delete
from sessions_app.tests.conftest import Commits, files_under
from sessions_app.tests.factories import stored_recording, transcribed

pytestmark = pytest.mark.django_db


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}"


def test_it_takes_media_and_words_along(
    api: Api, therapist: Therapist, session: TherapySession, media_root: Path, commits: Commits
) -> None:
    stored_recording(session)
    transcribed(session)
    assert len(files_under(media_root)) == 1
    with commits(execute=True):
        answer = api(therapist).delete(url(session))
    assert answer.status_code == 204
    assert not TherapySession.objects.exists()
    assert not Segment.objects.exists()
    assert files_under(media_root) == []
    assert not MediaErasure.objects.exists()


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession
) -> None:
    assert anonymous.delete(url(session)).status_code == 401
    assert api(other_therapist).delete(url(session)).status_code == 404
    assert TherapySession.objects.count() == 1


def test_a_running_stage_loses_its_lease(api: Api, therapist: Therapist, session: TherapySession) -> None:
    TherapySession.objects.filter(pk=session.pk).update(status=Status.UPLOADED)
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    assert api(therapist).delete(url(session)).status_code == 204
    assert pipeline.heartbeat(lease) is False
    assert pipeline.complete(lease, lambda: pytest.fail("must not be stored")) is False


@pytest.mark.usefixtures("signed")
def test_signed(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert api(therapist).delete(url(session)).json()["code"] == "report_finalized"
    assert TherapySession.objects.count() == 1


def test_media_that_cannot_be_erased_now_goes_later(
    session: TherapySession, media_root: Path, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_recording(session)

    def away(key: str) -> None:
        raise OSError(5, "input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(media_erasure, "recording_delete", away)
        with commits(execute=True):
            session_delete(session_id=session.pk)
        assert len(files_under(media_root)) == 1
    assert media_erasure.erasures_run() == 1
    assert files_under(media_root) == []
    assert not MediaErasure.objects.exists()

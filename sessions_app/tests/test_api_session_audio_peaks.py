"""GET /sessions/{id}/audio/peaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from ml.schemas.transcript import Heard
from sessions_app.models import Recording, TherapySession
from sessions_app.services.recordings import heard_save, recording_delete_media
from sessions_app.tests.factories import stored_recording, transcript_record

pytestmark = pytest.mark.django_db
PEAKS = [0, 12, 255, 40]


@pytest.fixture
def session(session: TherapySession, media_root: Path) -> TherapySession:
    stored_recording(session)
    return session


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}/audio/peaks"


def test_it_works(api: Api, therapist: Therapist, session: TherapySession) -> None:
    client = api(therapist)
    assert client.get(url(session)).json()["code"] == "not_found"
    record = transcript_record()
    heard_save(session, Heard(record, bytes(PEAKS)))
    answer = client.get(url(session))
    assert answer.status_code == 200
    assert answer.json() == {"duration_ms": record.duration_ms, "peaks": PEAKS}
    assert answer["Cache-Control"] == "private, no-cache"
    again = client.get(url(session), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(url(session), headers={"If-None-Match": '"other"'}).status_code == 200


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession
) -> None:
    heard_save(session, Heard(transcript_record(), bytes(PEAKS)))
    assert anonymous.get(url(session)).status_code == 401
    assert api(other_therapist).get(url(session)).status_code == 404


def test_they_go_with_the_media(api: Api, therapist: Therapist, session: TherapySession) -> None:
    heard_save(session, Heard(transcript_record(), bytes(PEAKS)))
    recording_delete_media(session_id=session.pk)
    assert api(therapist).get(url(session)).status_code == 404
    assert Recording.objects.get(session=session).peaks is None


def test_lists_do_not_read_them(api: Api, therapist: Therapist, session: TherapySession) -> None:
    heard_save(session, Heard(transcript_record(), bytes(PEAKS)))
    with CaptureQueriesContext(connection) as queries:
        assert api(therapist).get("/sessions").json()["count"] == 1
    assert not [query for query in queries if '"peaks"' in query["sql"]]

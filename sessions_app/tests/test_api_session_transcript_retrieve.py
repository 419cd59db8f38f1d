"""GET /sessions/{id}/transcript."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from ml.schemas.transcript import Transcript
from sessions_app.models import TherapySession
from sessions_app.services.transcripts import transcript_load, transcript_save
from sessions_app.tests.factories import transcribed, transcript_record

pytestmark = pytest.mark.django_db


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}/transcript"


def test_it_is_the_engines_record(
    api: Api, therapist: Therapist, session: TherapySession, django_assert_max_num_queries: Any
) -> None:
    record = transcript_record()
    transcript_save(session, record)
    client = api(therapist)
    with django_assert_max_num_queries(4):
        answer = client.get(url(session))
    assert answer.status_code == 200
    assert Transcript.model_validate(answer.json()) == record
    assert answer.json()["coverage"] == {"speech_ms": 0, "transcribed_ms": 0, "gaps": []}
    assert answer["Cache-Control"] == "private, no-store"
    assert transcript_load(session) == record


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession
) -> None:
    transcribed(session)
    assert anonymous.get(url(session)).status_code == 401
    assert api(other_therapist).get(url(session)).status_code == 404


def test_before_there_is_one(api: Api, therapist: Therapist, session: TherapySession) -> None:
    answer = api(therapist).get(url(session))
    assert (answer.status_code, answer.json()["code"]) == (409, "transcript_not_ready")


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [("txt", "text/plain", ""), ("srt", "application/x-subrip", "1"), ("vtt", "text/vtt", "WEBVTT")],
)
def test_exports(api: Api, session: TherapySession, form: str, media_type: str, start: str) -> None:
    transcribed(session)
    answer = api(session.therapist).get(url(session), {"format": form})
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="transcript.{form}"'
    text = answer.content.decode()
    assert text.startswith(start)
    assert "How did you sleep this week?" in text


def test_other_formats(api: Api, therapist: Therapist, session: TherapySession) -> None:
    transcribed(session)
    assert api(therapist).get(url(session), {"format": "json"}).status_code == 200
    assert api(therapist).get(url(session), {"format": "pdf"}).status_code == 400


def test_without_times_there_are_no_subtitles(api: Api, session: TherapySession) -> None:
    record = transcript_record()
    untimed = [
        segment.model_copy(update={"start_ms": 0, "end_ms": 0, "words": []}) for segment in record.segments
    ]
    transcript_save(session, record.model_copy(update={"segments": untimed}))
    client = api(session.therapist)
    for form in ("srt", "vtt"):
        answer = client.get(url(session), {"format": form})
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert client.get(url(session), {"format": "txt"}).content.decode().startswith("Therapist: How did")

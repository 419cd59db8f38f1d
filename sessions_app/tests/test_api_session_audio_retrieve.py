"""GET, HEAD and DELETE /sessions/{id}/audio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app.models import Recording, Status, TherapySession
from sessions_app.tests.conftest import Commits, files_under
from sessions_app.tests.factories import stored_recording, transcribed

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 8


@pytest.fixture
def recording(session: TherapySession, media_root: Path) -> Recording:
    return stored_recording(session, CONTENT)


def get(client: APIClient, recording: Recording, span: str | None = None, **headers: str) -> Any:
    sent = {"Range": span, **headers} if span else headers
    return client.get(f"/sessions/{recording.session_id}/audio", headers=sent)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_it_works(api: Api, therapist: Therapist, recording: Recording) -> None:
    answer = get(api(therapist), recording)
    assert answer.status_code == 200
    assert body(answer) == CONTENT
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == f'"{recording.sha256}"'
    assert answer["Cache-Control"] == "private, no-store"
    assert recording.storage_key not in str(answer.headers)


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, recording: Recording
) -> None:
    assert get(anonymous, recording).status_code == 401
    assert get(api(other_therapist), recording).status_code == 404
    assert anonymous.get(f"/media/{recording.storage_key}").status_code == 404


@pytest.mark.parametrize(
    ("span", "sent"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=10-19", (10, 19)),
        ("bytes=2000-", (2000, 2047)),
        ("bytes=-48", (2000, 2047)),
        ("bytes=-99999", (0, 2047)),
        ("bytes=2040-99999", (2040, 2047)),
    ],
)
def test_ranges(
    api: Api, therapist: Therapist, recording: Recording, span: str, sent: tuple[int, int]
) -> None:
    answer = get(api(therapist), recording, span)
    start, end = sent
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/2048"
    assert answer["Content-Length"] == str(end - start + 1)
    assert body(answer) == CONTENT[start : end + 1]


@pytest.mark.parametrize("span", ["bytes=2048-", "bytes=5000-6000", "bytes=-0"])
def test_ranges_outside(api: Api, therapist: Therapist, recording: Recording, span: str) -> None:
    answer = get(api(therapist), recording, span)
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */2048"


@pytest.mark.parametrize("span", ["bytes=9-3", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b"])
def test_ranges_that_mean_nothing_get_the_whole(
    api: Api, therapist: Therapist, recording: Recording, span: str
) -> None:
    answer = get(api(therapist), recording, span)
    assert answer.status_code == 200
    assert body(answer) == CONTENT


def test_a_range_of_another_version_gets_the_whole(
    api: Api, therapist: Therapist, recording: Recording
) -> None:
    client = api(therapist)
    other = get(client, recording, "bytes=0-1", **{"If-Range": '"old"'})
    assert (other.status_code, body(other)) == (200, CONTENT)
    same = get(client, recording, "bytes=0-1", **{"If-Range": f'"{recording.sha256}"'})
    assert (same.status_code, body(same)) == (206, CONTENT[:2])


def test_head(api: Api, therapist: Therapist, recording: Recording) -> None:
    answer = api(therapist).head(f"/sessions/{recording.session_id}/audio")
    assert answer.status_code == 200
    assert answer["Content-Length"] == "2048"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer.content == b""


def test_without_a_recording(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert api(therapist).get(f"/sessions/{session.pk}/audio").status_code == 404


def test_a_file_that_is_missing_is_an_error_and_not_half_an_answer(
    api: Api, therapist: Therapist, recording: Recording, media_root: Path
) -> None:
    (media_root / "media" / recording.storage_key).unlink()
    answer = get(api(therapist), recording)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")


def test_delete_keeps_the_record_and_the_words(
    api: Api, recording: Recording, media_root: Path, commits: Commits
) -> None:
    session = recording.session
    client = api(session.therapist)
    transcribed(session)
    url = f"/sessions/{session.pk}/audio"
    with commits(execute=True):
        assert client.delete(url).status_code == 204
    assert files_under(media_root) == []
    assert client.get(url).status_code == 404
    assert client.delete(url).status_code == 404
    shown = client.get(f"/sessions/{session.pk}").json()
    assert shown["recording"]["deleted_at"] is not None
    assert shown["counts"]["segments"] == 4


def test_delete_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, recording: Recording
) -> None:
    url = f"/sessions/{recording.session_id}/audio"
    assert anonymous.delete(url).status_code == 401
    assert api(other_therapist).delete(url).status_code == 404


def test_delete_while_running(api: Api, therapist: Therapist, recording: Recording) -> None:
    TherapySession.objects.update(status=Status.TRANSCRIBING)
    answer = api(therapist).delete(f"/sessions/{recording.session_id}/audio")
    assert answer.json()["code"] == "session_busy"


@pytest.mark.usefixtures("signed")
def test_delete_signed(api: Api, therapist: Therapist, recording: Recording) -> None:
    answer = api(therapist).delete(f"/sessions/{recording.session_id}/audio")
    assert answer.json()["code"] == "report_finalized"

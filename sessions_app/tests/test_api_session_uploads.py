"""/sessions/{id}/audio/uploads: begin, send parts, look, complete, give up."""

from __future__ import annotations

import errno
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.storage.incoming import IncomingFile
from core.storage.parts import parts_join
from sessions_app.models import Recording, Status, TherapySession, Upload, UploadPart, UploadState
from sessions_app.services import uploads
from sessions_app.tests.conftest import Commits, files_under, raw
from sessions_app.tests.media import m4a, sound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started", "small_parts")]
PART = 4096


@pytest.fixture
def small_parts(settings: Any, media_root: Path) -> None:
    settings.UPLOAD_PART_BYTES = PART


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begin(client: APIClient, session: TherapySession, **more: Any) -> str:
    answer = client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "visit.wav", **more})
    assert answer.status_code == 201, answer.content
    url = f"/sessions/{session.pk}/audio/uploads/{answer.json()['id']}"
    assert answer["Location"] == url
    return url


def put(client: APIClient, url: str, number: int, content: bytes, **headers: str) -> Any:
    return raw(
        client,
        "PUT",
        f"{url}/parts/{number}",
        content,
        content_type="application/octet-stream",
        headers=headers,
    )


def put_all(client: APIClient, url: str, content: bytes, order: int = 1) -> int:
    pieces = [content[at : at + PART] for at in range(0, len(content), PART)]
    for number, piece in list(enumerate(pieces, start=1))[::order]:
        answer = put(client, url, number, piece, **{"X-Part-SHA256": digest(piece)})
        assert answer.status_code == 200, answer.content
    return len(pieces)


def test_it_works_in_any_order(
    client: APIClient, session: TherapySession, media_root: Path, commits: Commits, started: list
) -> None:
    content = m4a(3)
    url = begin(client, session, size=len(content), sha256=digest(content))
    count = put_all(client, url, content, order=-1)
    assert count > 2
    shown = client.get(url).json()
    assert [part["number"] for part in shown["parts"]] == list(range(1, count + 1))
    assert shown["part_size"] == PART
    with commits(execute=True):
        answer = client.post(f"{url}/complete", {})
    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "uploaded"
    assert answer.json()["recording"]["sha256"] == digest(content)
    key = Recording.objects.get().storage_key
    assert files_under(media_root) == [f"media/{key}"]
    assert (media_root / "media" / key).read_bytes() == content
    assert started == [("sessions_app.tasks.transcribe_session", str(session.pk))]


def test_complete_twice_starts_once(
    client: APIClient, session: TherapySession, commits: Commits, started: list
) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    with commits(execute=True):
        first = client.post(f"{url}/complete", {})
    TherapySession.objects.update(status=Status.TRANSCRIBING)
    with commits(execute=True):
        again = client.post(f"{url}/complete", {})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["status"] == "transcribing"
    assert len(started) == 1
    assert Recording.objects.count() == 1
    assert client.get(url).json()["state"] == "completed"


def test_size_and_hash_may_come_at_the_end(client: APIClient, session: TherapySession) -> None:
    content = sound(1)
    url = begin(client, session)
    put_all(client, url, content)
    wrong = client.post(f"{url}/complete", {"size": len(content) + 1})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["size"])
    wrong = client.post(f"{url}/complete", {"size": 10**30})
    assert (wrong.status_code, wrong.json()["code"]) == (413, "file_too_large")
    wrong = client.post(f"{url}/complete", {"sha256": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    assert client.get(url).json()["state"] == "open"
    good = client.post(f"{url}/complete", {"size": len(content), "sha256": digest(content).upper()})
    assert good.status_code == 202


def test_gaps_are_named(client: APIClient, session: TherapySession) -> None:
    content = sound(1)
    url = begin(client, session, size=len(content))
    put(client, url, 1, content[:PART])
    put(client, url, 3, content[2 * PART : 3 * PART])
    answer = client.post(f"{url}/complete", {})
    assert answer.status_code == 400
    assert answer.json()["errors"]["parts"][0]["message"].startswith("Missing: 2, 4")
    assert not Recording.objects.exists()


def test_a_short_part_in_the_middle(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put(client, url, 1, b"x" * 10)
    put(client, url, 2, b"x" * 10)
    assert "parts" in client.post(f"{url}/complete", {}).json()["errors"]


def test_nothing_sent(client: APIClient, session: TherapySession) -> None:
    answer = client.post(f"{begin(client, session)}/complete", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_audio")


def test_a_part_again_replaces_and_a_broken_one_does_not(
    client: APIClient, session: TherapySession, media_root: Path
) -> None:
    url = begin(client, session)
    good = b"g" * PART
    assert put(client, url, 1, b"o" * PART).status_code == 200
    assert put(client, url, 1, good).json() == {"number": 1, "size": PART, "sha256": digest(good)}
    wrong = put(client, url, 1, b"b" * PART, **{"X-Part-SHA256": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    broken = raw(client, "PUT", f"{url}/parts/1", b"b", content_type="application/octet-stream",
        **{"CONTENT_LENGTH": "100", "wsgi.input": io.BytesIO(b"b")},
    )  # fmt: skip
    assert broken.status_code == 400
    (part,) = client.get(url).json()["parts"]
    assert part["sha256"] == digest(good)
    (file,) = files_under(media_root)
    assert (media_root / file).read_bytes() == good


def test_parts_that_cannot_be(client: APIClient, session: TherapySession, media_root: Path) -> None:
    url = begin(client, session)
    assert put(client, url, 0, b"x").status_code == 400
    assert put(client, url, 10**6, b"x").status_code == 400
    assert put(client, url, 1, b"").status_code == 400
    nothing = raw(client, "PUT", f"{url}/parts/1", b"", CONTENT_LENGTH="0")
    assert (nothing.status_code, nothing.json()["code"]) == (400, "validation_error")
    assert put(client, url, 1, b"x", **{"X-Part-SHA256": "abc"}).status_code == 400
    large = put(client, url, 1, b"x" * (PART + 1))
    assert (large.status_code, large.json()["code"]) == (413, "file_too_large")
    assert files_under(media_root) == []


def test_a_part_without_a_length_is_refused_and_read_to_its_end(
    client: APIClient, session: TherapySession
) -> None:
    """Else the server closes the connection, and the next call fails without an answer."""
    body = io.BytesIO(b"x" * 300_000)
    chunked = {"wsgi.input": body, "wsgi.input_terminated": True}
    answer = raw(client, "PUT", f"{begin(client, session)}/parts/1", b"", **chunked)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert body.read() == b""


def test_a_slice_without_a_type_is_taken(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    for media_type in ("", "audio/webm", "application/x-www-form-urlencoded"):
        answer = raw(client, "PUT", f"{url}/parts/1", b"abc", content_type=media_type)
        assert answer.status_code == 200, media_type


def test_a_full_disk(
    client: APIClient, session: TherapySession, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = sound(1)
    url = begin(client, session)
    put_all(client, url, content)
    before = files_under(media_root)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(IncomingFile, "write", full)
        for answer in (put(client, url, 1, b"x" * PART), client.post(f"{url}/complete", {})):
            assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert files_under(media_root) == before
    assert client.post(f"{url}/complete", {}).status_code == 202


def test_answered_parts_that_the_disk_lost_are_asked_for_again(
    client: APIClient, session: TherapySession, media_root: Path
) -> None:
    content = sound(1)
    url = begin(client, session)
    put_all(client, url, content)
    (media_root / next(f for f in files_under(media_root) if f.endswith("000002"))).unlink()
    assert client.post(f"{url}/complete", {}).json()["errors"]["parts"][0]["message"] == "Missing: 2."
    assert 2 not in [part["number"] for part in client.get(url).json()["parts"]]
    put(client, url, 2, content[PART : 2 * PART])
    assert client.post(f"{url}/complete", {}).status_code == 202


def test_the_whole_is_checked_like_a_posted_file(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put(client, url, 1, b"only text")
    answer = client.post(f"{url}/complete", {})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")


def test_begin_refuses(client: APIClient, session: TherapySession, settings: Any) -> None:
    url = f"/sessions/{session.pk}/audio/uploads"
    settings.UPLOAD_MAX_BYTES = 100
    assert client.post(url, {"filename": "a.wav", "size": 101}).json()["code"] == "file_too_large"
    for wrong in ({}, {"filename": ""}, {"filename": "a", "size": 0}, {"filename": "a", "sha256": "x"},
                  {"filename": "a", "wrong": 1}):  # fmt: skip
        assert client.post(url, wrong).status_code == 400
    TherapySession.objects.update(status=Status.REPORTING)
    assert client.post(url, {"filename": "a.wav"}).json()["code"] == "session_busy"
    assert not Upload.objects.exists()


@pytest.mark.usefixtures("signed")
def test_begin_when_signed(client: APIClient, session: TherapySession) -> None:
    answer = client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "a.wav"})
    assert answer.json()["code"] == "report_finalized"


def test_complete_while_running(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    TherapySession.objects.update(status=Status.REPORTING)
    assert client.post(f"{url}/complete", {}).json()["code"] == "session_busy"
    assert client.get(url).json()["state"] == "open"


def test_complete_while_another_request_completes(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    lease = {"lease_token": uuid4(), "lease_expires_at": timezone.now() + timedelta(seconds=20)}
    Upload.objects.update(state=UploadState.COMPLETING, **lease)
    assert client.post(f"{url}/complete", {}).json()["code"] == "session_busy"
    assert put(client, url, 1, b"x").status_code == 400
    assert client.delete(url).json()["code"] == "session_busy"
    # The other one died with its process.
    Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"{url}/complete", {}).status_code == 202


@pytest.mark.parametrize("next_answer", [202, 415])
def test_a_request_that_lost_the_upload_changes_nothing_more(
    client: APIClient,
    session: TherapySession,
    monkeypatch: pytest.MonkeyPatch,
    *,
    media_root: Path,
    commits: Commits,
    next_answer: int,
) -> None:
    """Its lease ran out, with the database away say; another one completed it, or was refused."""
    url = begin(client, session)
    content = sound(1)
    put_all(client, url, content)
    answers: list[Any] = []

    def lost(upload_id: UUID, numbers: list[int], target: IncomingFile) -> None:
        monkeypatch.setattr(uploads, "parts_join", parts_join)
        Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        with monkeypatch.context() as patch:
            if next_answer == 415:
                patch.setattr(uploads, "parts_join", lambda *args: args[2].write(b"no sound"))
            answers.append(client.post(f"{url}/complete", {}))
        parts_join(upload_id, numbers, target)

    monkeypatch.setattr(uploads, "parts_join", lost)
    with commits(execute=True):
        answers.append(client.post(f"{url}/complete", {}))
    assert [answer.status_code for answer in answers] == [next_answer, 409]
    if next_answer == 415:
        assert client.get(url).json()["state"] == "open"
        with commits(execute=True):
            assert client.post(f"{url}/complete", {}).status_code == 202
    (recording,) = Recording.objects.all()
    assert (media_root / "media" / recording.storage_key).read_bytes() == content
    assert files_under(media_root) == [f"media/{recording.storage_key}"]
    assert client.get(url).json()["state"] == "completed"


def test_give_up(client: APIClient, session: TherapySession, media_root: Path, commits: Commits) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    with commits(execute=True):
        assert client.delete(url).status_code == 204
    assert files_under(media_root) == []
    assert client.get(url).status_code == 404
    assert put(client, url, 1, b"x").status_code == 404
    assert client.post(f"{url}/complete", {}).status_code == 404


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, client: APIClient, session: TherapySession
) -> None:
    url = begin(client, session)
    for who, status in ((anonymous, 401), (api(other_therapist), 404)):
        new = who.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "a"})
        answers = [
            new, who.get(url), put(who, url, 1, b"x"), who.post(f"{url}/complete", {}), who.delete(url)
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [status] * 5
    assert not UploadPart.objects.exists()


def test_expired_uploads_and_leftovers_go(
    client: APIClient, session: TherapySession, media_root: Path
) -> None:
    kept, gone = begin(client, session), begin(client, session)
    put(client, kept, 1, b"kept")
    put(client, gone, 1, b"gone")
    stray = media_root / "media" / "uploads" / "7e6bca63-a19b-4b45-9a52-0d1a1f6b0000"
    stray.mkdir()
    (stray / "000001").write_bytes(b"nobody's")
    Upload.objects.filter(pk=gone.rsplit("/", 1)[1]).update(expires_at=timezone.now())
    assert uploads.uploads_purge() == 2
    assert [(media_root / file).read_bytes() for file in files_under(media_root)] == [b"kept"]
    assert client.get(gone).status_code == 404


def test_a_part_keeps_the_upload_alive(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    Upload.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    put(client, url, 1, b"x")
    assert Upload.objects.get().expires_at > timezone.now() + timedelta(hours=40)

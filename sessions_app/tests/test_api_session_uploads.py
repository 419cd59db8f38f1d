"""/sessions/{id}/audio/uploads: begin, send parts, look, give up; complete is next door."""

from __future__ import annotations

import errno
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.storage.incoming import IncomingFile
from sessions_app.models import Recording, Status, TherapySession, Upload, UploadPart
from sessions_app.services import uploads
from sessions_app.tests.conftest import PART, Commits, files_under, raw
from sessions_app.tests.media import m4a, sound
from sessions_app.tests.parts_by_hand import begin, digest, put, put_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started", "small_parts")]


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

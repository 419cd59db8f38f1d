"""Parts that go from the client to the bucket itself, and the whole that they make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from core.storage.bucket import Bucket
from core.storage.inventory import uploads_pending
from core.storage.multipart import multipart_join
from sessions_app import transcription
from sessions_app.models import Recording, TherapySession, Upload, UploadPart, UploadState
from sessions_app.services import uploads
from sessions_app.services.storage_check import storage_compare
from sessions_app.tests.bucket.conftest import (
    PART,
    Sending,
    begin,
    digest,
    pieces,
    recording_bytes,
    stored_bytes,
)
from sessions_app.tests.conftest import Commits, files_under
from sessions_app.verification import recording_verify

pytestmark = [pytest.mark.broker, pytest.mark.django_db, pytest.mark.usefixtures("started")]

NOW = timedelta(0)


def test_a_recording_never_touches_this_server(
    sending: Sending, session: TherapySession, media_root: Path, commits: Commits, started: list
) -> None:
    content = recording_bytes()
    sending.send_all(content)
    assert sending.there() == [1, 2, 3]
    with commits(execute=True):
        answer = sending.complete(size=len(content))
    assert answer.status_code == 202, answer.content
    recording = Recording.objects.get()
    assert (recording.size_bytes, recording.media_type) == (len(content), "audio/wav")
    assert stored_bytes(recording) == content
    assert files_under(media_root) == []
    assert started == [("sessions_app.tasks.transcribe_session", str(session.pk))]
    # Nobody has read the whole yet; who does, notes its hash.
    assert (answer.json()["recording"]["sha256"], recording.sha256) == ("", "")
    with transcription.recording_path(session) as path:
        assert path.read_bytes() == content
    assert Recording.objects.get().sha256 == digest(content)
    assert files_under(media_root) == []
    assert storage_compare(NOW).well


def test_complete_twice_is_once(sending: Sending, commits: Commits, started: list) -> None:
    sending.send_all(recording_bytes(2000))
    with commits(execute=True):
        assert [sending.complete().status_code for _ in range(2)] == [202, 202]
    assert (len(started), Recording.objects.count()) == (1, 1)
    assert sending.client.get(sending.url).json()["state"] == "completed"


def test_parts_through_this_server_and_past_it_make_one(
    sending: Sending, media_root: Path, commits: Commits
) -> None:
    content = recording_bytes()
    first, second, third = pieces(content)
    assert sending.put(2, recording_bytes(PART)).status_code == 200
    wrong = sending.put(2, second, **{"X-Part-SHA256": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    assert sending.put(2, second, **{"X-Part-SHA256": digest(second)}).status_code == 200
    assert sending.send(3, third).status_code == 200
    assert sending.send(1, first).status_code == 200
    with commits(execute=True):
        assert sending.complete(sha256=digest(content)).status_code == 202
    recording = Recording.objects.get()
    assert stored_bytes(recording) == content
    assert recording.sha256 == digest(content)
    assert files_under(media_root) == []


def test_parts_that_make_no_whole(sending: Sending) -> None:
    content = recording_bytes()
    first, second, third = pieces(content)
    assert sending.complete().json()["code"] == "empty_audio"
    sending.send(1, first)
    assert sending.announce(2, second).status_code == 200
    sending.send(3, third)
    gap = sending.complete()
    assert (gap.status_code, gap.json()["errors"]["parts"][0]["message"]) == (400, "Missing: 2.")
    sending.send(2, second)
    short = sending.complete(size=len(content) + 1)
    assert (short.status_code, list(short.json()["errors"])) == (400, ["size"])
    assert sending.there() == [1, 2, 3]
    assert sending.complete(size=len(content)).status_code == 202


def test_a_short_part_in_the_middle(sending: Sending) -> None:
    for number, size in ((1, PART), (2, 1000), (3, 1000)):
        sending.send(number, recording_bytes(size))
    answer = sending.complete()
    assert (answer.status_code, "not so: 2." in str(answer.json()["errors"]["parts"])) == (400, True)


def test_parts_that_cannot_be(sending: Sending) -> None:
    tiny = recording_bytes(100)
    assert sending.announce(0, tiny).status_code == 400
    assert sending.announce(10**6, tiny).status_code == 400
    large = sending.client.post(f"{sending.url}/parts/1", {"size": PART + 1, "sha256": "0" * 64})
    assert (large.status_code, large.json()["code"]) == (413, "file_too_large")
    for body in ({}, {"size": 0, "sha256": "0" * 64}, {"size": 1, "sha256": "x"}, {"size": 1}):
        assert sending.client.post(f"{sending.url}/parts/1", body).status_code == 400
    assert uploads_pending() == []


def test_what_is_no_recording_is_refused_at_the_end(sending: Sending, commits: Commits) -> None:
    sending.send(1, b"only text " * 100)
    for _ in range(2):
        answer = sending.complete()
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")
    assert not Recording.objects.exists()
    assert storage_compare(NOW).well
    with commits(execute=True):
        assert sending.client.delete(sending.url).status_code == 204
    assert storage_compare(NOW).objects == 0


def test_a_request_that_died_after_the_bucket_joined(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, commits: Commits
) -> None:
    """The object is there, the row is not: the next request takes it up."""
    content = recording_bytes()
    sending.send_all(content)
    assert sending.announce(4, b"announced and never sent").status_code == 200

    def died(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(uploads, "recording_adopt", died)
        killed.setattr(uploads, "_give_back", lambda upload, lease: None)
        sending.complete()
    assert Upload.objects.get().state == UploadState.COMPLETING
    Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert storage_compare(NOW).well
    with commits(execute=True):
        assert sending.complete(size=len(content)).status_code == 202
    assert stored_bytes(Recording.objects.get()) == content
    assert storage_compare(NOW).well


def test_a_request_that_lost_the_upload_keeps_its_hands_off_the_object(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, commits: Commits
) -> None:
    content = recording_bytes()
    sending.send_all(content)
    answers: list[Any] = []

    def lost(*args: Any) -> None:
        monkeypatch.setattr(uploads, "multipart_join", multipart_join)
        Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        answers.append(sending.complete())
        multipart_join(*args)

    monkeypatch.setattr(uploads, "multipart_join", lost)
    with commits(execute=True):
        answers.append(sending.complete())
    assert [answer.status_code for answer in answers] == [202, 409], answers[1].content
    assert stored_bytes(Recording.objects.get()) == content
    assert storage_compare(NOW).well


def test_resumed_by_another_client(sending: Sending, client: APIClient) -> None:
    content = recording_bytes()
    first, second, third = pieces(content)
    sending.send(1, first)
    cut = sending.announce(2, second).json()

    def half() -> Iterator[bytes]:
        yield second[: PART // 2]
        raise OSError("the laptop was closed")

    with pytest.raises(OSError, match="closed"):
        httpx.put(
            cut["url"],
            content=half(),
            headers={**cut["headers"], "Content-Length": str(PART)},
        )
    later = Sending(client, sending.url)
    assert later.there() == [1]
    later.send(2, second)
    later.send(3, third)
    assert later.complete().status_code == 202
    assert stored_bytes(Recording.objects.get()) == content


def test_given_up_and_expired_uploads_leave_nothing(
    client: APIClient, session: TherapySession, sending: Sending, commits: Commits
) -> None:
    sending.send(1, recording_bytes(PART))
    expired = begin(client, session)
    expired.send(1, recording_bytes(PART))
    assert len(uploads_pending()) == 2
    with commits(execute=True):
        assert client.delete(sending.url).status_code == 204
    Upload.objects.filter(pk=expired.url.rsplit("/", 1)[1]).update(expires_at=timezone.now())
    with commits(execute=True):
        uploads.uploads_purge()
    assert uploads_pending() == []
    assert storage_compare(NOW).objects == 0
    assert not UploadPart.objects.exists()


def test_an_upload_that_the_bucket_gave_up_begins_anew(sending: Sending, store: Bucket) -> None:
    content = recording_bytes()
    sending.send_all(content)
    upload = Upload.objects.get()
    store.client.abort_multipart_upload(
        Bucket=store.name, Key=upload.storage_key, UploadId=upload.multipart_id
    )
    assert sending.complete().json()["code"] == "empty_audio"
    assert sending.there() == []
    sending.send_all(content)
    assert sending.complete().status_code == 202


def test_damaged_in_the_bucket_is_found_by_the_reader(
    sending: Sending, session: TherapySession, store: Bucket, commits: Commits
) -> None:
    content = recording_bytes()
    sending.send_all(content)
    with commits(execute=True):
        sending.complete()
    recording = Recording.objects.get()
    rotten = content[:-1] + bytes([content[-1] ^ 1])
    store.client.put_object(Bucket=store.name, Key=recording.storage_key, Body=rotten)
    with pytest.raises(Exception, match="not the one") as found, transcription.recording_path(session):
        raise AssertionError("it was read")
    assert getattr(found.value, "code", None) == "checksum_mismatch"


def test_the_promised_hash_of_the_whole_is_compared_by_the_reader(
    sending: Sending, tmp_path: Path, commits: Commits
) -> None:
    content = recording_bytes(PART + 1000)
    sending.send_all(content)
    with commits(execute=True):
        assert sending.complete(sha256="0" * 64).status_code == 202
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(Exception, match="not the one"):
        recording_verify(Recording.objects.get(), tmp_path / "copy")


def test_the_hash_of_a_single_part_is_that_of_the_whole(sending: Sending) -> None:
    content = recording_bytes(2000)
    sending.send_all(content)
    wrong = sending.complete(sha256="0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    assert sending.complete().status_code == 202
    assert Recording.objects.get().sha256 == digest(content)


def test_a_session_that_goes_takes_its_upload_along(
    sending: Sending, session: TherapySession, commits: Commits
) -> None:
    sending.send(1, recording_bytes(PART))
    with commits(execute=True):
        assert sending.client.delete(f"/sessions/{session.pk}").status_code == 204
    assert uploads_pending() == []
    assert storage_compare(NOW).objects == 0

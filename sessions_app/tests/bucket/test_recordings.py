"""Recordings of sessions in a bucket: sent through this server, heard, replaced, removed, and away."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from core.runtime.setup import free_port
from core.settings.files import bucket_storage
from core.storage import object_reader
from core.storage.bucket import Bucket, BucketError, object_versions
from core.storage.incoming import IncomingFile
from core.storage.inventory import uploads_pending
from core.storage.recordings import recording_read
from patients.models import Patient
from patients.services import patients_purge
from sessions_app import transcription
from sessions_app.models import MediaErasure, Recording, TherapySession, Upload
from sessions_app.services.media_erasure import erasures_run
from sessions_app.services.storage_check import storage_compare
from sessions_app.tests.bucket.conftest import PART, Sending, begin, recording_bytes
from sessions_app.tests.conftest import Commits, files_under
from sessions_app.tests.factories import stored_recording
from sessions_app.tests.media import m4a, sound

pytestmark = [pytest.mark.broker, pytest.mark.django_db, pytest.mark.usefixtures("started")]

NOW = timedelta(0)


def post(client: APIClient, session: TherapySession, content: bytes, name: str = "visit.wav") -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post(f"/sessions/{session.pk}/audio", {"file": file}, format="multipart")


def test_posted_heard_and_removed(
    client: APIClient, session: TherapySession, store: Bucket, media_root: Path, commits: Commits
) -> None:
    content = m4a(3)
    with commits(execute=True):
        assert post(client, session, content, "visit.m4a").status_code == 202
    recording = Recording.objects.get()
    kept = store.client.head_object(Bucket=store.name, Key=recording.storage_key, ChecksumMode="ENABLED")
    assert kept["Metadata"] == {"sha256": recording.sha256}
    assert kept["ChecksumSHA256"]
    assert files_under(media_root) == []
    part = client.get(f"/sessions/{session.pk}/audio", HTTP_RANGE="bytes=10-29")
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-29/{len(content)}")
    assert b"".join(part.streaming_content) == content[10:30]  # type: ignore[attr-defined]
    link = client.post(f"/sessions/{session.pk}/audio/link").json()["url"]
    heard = APIClient().get(link, HTTP_RANGE="bytes=0-")
    assert b"".join(heard.streaming_content) == content  # type: ignore[attr-defined]
    with commits(execute=True):
        TherapySession.objects.update(status="created")
        assert client.delete(f"/sessions/{session.pk}/audio").status_code == 204
    assert storage_compare(NOW).objects == 0


def test_a_large_file_is_written_in_parts(
    client: APIClient, session: TherapySession, store: Bucket, commits: Commits
) -> None:
    content = recording_bytes(4 * PART + 7)
    with commits(execute=True):
        assert post(client, session, content).status_code == 202
    recording = Recording.objects.get()
    kept = store.client.head_object(Bucket=store.name, Key=recording.storage_key)
    assert kept["ETag"].strip('"').endswith("-5")
    assert b"".join(recording_read(recording.storage_key, 0, len(content))) == content
    with transcription.recording_path(session) as path:
        assert path.read_bytes() == content


def test_replaced_leaves_nothing_of_the_old_one(
    client: APIClient, session: TherapySession, store: Bucket, commits: Commits
) -> None:
    with commits(execute=True):
        post(client, session, sound(1))
    old = Recording.objects.get().storage_key
    TherapySession.objects.update(status="created")
    sending = begin(client, session)
    sending.send_all(recording_bytes(3000))
    with commits(execute=True):
        assert sending.complete().status_code == 202
    recording = Recording.objects.get()
    assert recording.storage_key != old
    assert [stored.key for stored in object_versions(store, "")] == [recording.storage_key]


def test_an_erased_patient_leaves_nothing(
    client: APIClient, session: TherapySession, store: Bucket, commits: Commits
) -> None:
    store.client.put_bucket_versioning(Bucket=store.name, VersioningConfiguration={"Status": "Enabled"})
    try:
        with commits(execute=True):
            post(client, session, sound(1))
        TherapySession.objects.update(status="created")
        # Written over, and begun anew: versions, and parts without a whole.
        key = Recording.objects.get().storage_key
        store.client.put_object(Bucket=store.name, Key=key, Body=b"an older version of it")
        begin(client, session).send(1, recording_bytes(PART))
        assert len(list(object_versions(store, key))) == 2
        assert len(uploads_pending()) == 1
        with commits(execute=True):
            client.delete(f"/patients/{session.patient_id}")
            Patient.objects.update(deleted_at=timezone.now() - timedelta(days=8))
            assert patients_purge() == 1
        assert list(object_versions(store, "")) == []
        assert uploads_pending() == []
        said = io.StringIO()
        call_command("check_storage", grace_hours=0, stdout=said)
        assert said.getvalue() == "0 object(s), 0 bytes in the storage.\n"
    finally:
        store.client.put_bucket_versioning(Bucket=store.name, VersioningConfiguration={"Status": "Suspended"})


Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Away:
    """`with away():` nothing listens where the bucket was."""

    @contextmanager
    def moved() -> Iterator[None]:
        there = settings.STORAGES
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("AWS_S3_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
            settings.STORAGES = {**there, "recordings": bucket_storage("clinic")}
        yield
        settings.STORAGES = there

    return moved


def test_a_bucket_that_is_away_takes_nothing_and_loses_nothing(
    sending: Sending, session: TherapySession, away: Away, media_root: Path, commits: Commits
) -> None:
    client = sending.client
    content = recording_bytes()
    sending.send_all(content)
    another = begin(client, session)
    with away():
        for answer in (
            client.get(sending.url),
            sending.put(3, content[2 * PART :]),
            sending.complete(),
            another.announce(1, content[:PART]),
            post(client, session, sound(1)),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        with commits(execute=True):
            assert client.delete(another.url).status_code == 204
        assert files_under(media_root) == []
    assert not Recording.objects.exists()
    with commits(execute=True):
        assert sending.complete(size=len(content)).status_code == 202
    recording = Recording.objects.get()
    assert b"".join(recording_read(recording.storage_key, 0, len(content))) == content


@pytest.mark.usefixtures("store")
def test_what_could_not_be_erased_goes_when_the_bucket_is_back(
    client: APIClient, session: TherapySession, away: Away, media_root: Path, commits: Commits
) -> None:
    recording = stored_recording(session)
    with away():
        heard = client.get(f"/sessions/{session.pk}/audio")
        assert (heard.status_code, heard.json()["code"]) == (503, "storage_unavailable")
        with pytest.raises(OSError, match="EndpointConnectionError"), transcription.recording_path(session):
            raise AssertionError("it was read")
        assert files_under(media_root) == []
        with commits(execute=True):
            assert client.delete(f"/sessions/{session.pk}/audio").status_code == 204
        assert MediaErasure.objects.filter(storage_key=recording.storage_key).exists()
    assert storage_compare(NOW).objects == 1
    erasures_run()
    assert storage_compare(NOW).objects == 0
    assert not MediaErasure.objects.exists()


def test_the_bucket_goes_away_while_the_header_is_read(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is not called damaged because its storage did not answer."""
    sending.send_all(recording_bytes())

    def gone(*_: object) -> object:
        raise BucketError("ReadTimeoutError")

    with monkeypatch.context() as broken:
        broken.setattr(object_reader, "object_range", gone)
        answer = sending.complete()
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert sending.there() == [1, 2, 3]
    assert sending.complete().status_code == 202


def test_a_full_disk_stops_neither_a_direct_part_nor_a_later_try(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, media_root: Path
) -> None:
    content = recording_bytes(2000)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(IncomingFile, "write", full)
        answer = sending.put(1, content)
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
        assert sending.send(1, content).status_code == 200
        assert sending.complete().status_code == 202
    assert files_under(media_root) == []


def test_without_a_bucket_any_more_nothing_is_guessed(
    sending: Sending, settings: Settings, media_root: Path
) -> None:
    """The settings went back to local files while an upload to the bucket was open."""
    content = recording_bytes(2000)
    sending.send(1, content)
    bucketed = settings.STORAGES
    local = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(media_root)},
    }
    settings.STORAGES = {**bucketed, "recordings": local}
    for answer in (sending.client.get(sending.url), sending.put(1, content), sending.complete()):
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    settings.STORAGES = bucketed
    assert sending.complete().status_code == 202
    assert Upload.objects.get().storage_key == ""

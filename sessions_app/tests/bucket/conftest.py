"""A real S3 server for the tests here, with an empty bucket for each of them."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from core.runtime.servers import BucketAddress, ServerMissing, running_bucket
from core.settings.files import bucket_storage
from core.storage.bucket import Bucket, bucket, object_delete, object_versions
from core.storage.multipart import multipart_abort, multiparts_pending
from core.storage.recordings import recording_read
from sessions_app.models import Recording, TherapySession
from sessions_app.tests.conftest import raw

PART = 5 * 1024**2
"""The smallest part that S3 takes before the last."""
ORIGIN = "https://clinic.example"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketAddress]:
    try:
        with running_bucket(tmp_path_factory.mktemp("bucket")) as address:
            yield address
    except ServerMissing as missing:
        pytest.skip(str(missing))


def use_bucket(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: BucketAddress, name: str
) -> None:
    """Let this process store its recordings in that bucket, as its environment would."""
    quick = {
        "AWS_S3_CONNECT_TIMEOUT_SECONDS": "1",
        "AWS_S3_READ_TIMEOUT_SECONDS": "5",
        "AWS_S3_MAX_ATTEMPTS": "1",
    }
    for variable, value in {**address.environment(), **quick}.items():
        monkeypatch.setenv(variable, value)
    settings.AWS_STORAGE_BUCKET_NAME = name
    settings.STORAGES = {**settings.STORAGES, "recordings": bucket_storage(name)}


@pytest.fixture(scope="session")
def prepared() -> set[str]:
    """Buckets of this run that `prepare_bucket` has been through."""
    return set()


@pytest.fixture
def store(
    server: BucketAddress,
    prepared: set[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    media_root: Path,
) -> Bucket:
    """A prepared, empty bucket, which this process uses."""
    use_bucket(settings, monkeypatch, server, "clinic")
    settings.UPLOAD_PART_BYTES = PART
    known = bucket()
    assert known is not None
    if known.name not in prepared:
        call_command("prepare_bucket", origin=[ORIGIN], stdout=io.StringIO())
        prepared.add(known.name)
    for stored in list(object_versions(known, "")):
        object_delete(known, stored.key)
    for upload in multiparts_pending(known, ""):
        multipart_abort(known, upload.key, upload.multipart_id)
    return known


@dataclass
class Sending:
    """An upload of one session, as a client has it."""

    client: APIClient
    url: str

    def announce(self, number: int, content: bytes, sha256: str = "") -> Any:
        """Ask where a part goes."""
        body = {"size": len(content), "sha256": sha256 or digest(content)}
        return self.client.post(f"{self.url}/parts/{number}", body)

    def send(self, number: int, content: bytes) -> httpx.Response:
        """Send a part to the bucket."""
        answer = self.announce(number, content)
        assert answer.status_code == 200, answer.content
        return httpx.put(answer.json()["url"], content=content, headers=answer.json()["headers"])

    def send_all(self, content: bytes) -> None:
        """Send every part to the bucket."""
        for number, piece in enumerate(pieces(content), start=1):
            assert self.send(number, piece).status_code == 200

    def put(self, number: int, content: bytes, **headers: str) -> Any:
        """Send a part to this server."""
        return raw(
            self.client, "PUT", f"{self.url}/parts/{number}", content,
            content_type="application/octet-stream", headers=headers,
        )  # fmt: skip

    def there(self) -> list[int]:
        """The parts that have arrived."""
        return [part["number"] for part in self.client.get(self.url).json()["parts"]]

    def complete(self, **body: Any) -> Any:
        """Ask for the whole."""
        return self.client.post(f"{self.url}/complete", body)


@pytest.fixture
def sending(client: APIClient, session: TherapySession, store: Bucket) -> Sending:
    """An upload that was just begun."""
    return begin(client, session)


def begin(client: APIClient, session: TherapySession, **more: Any) -> Sending:
    """Begin an upload."""
    answer = client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "visit.wav", **more})
    assert answer.status_code == 201, answer.content
    assert answer.json()["direct"] is True
    return Sending(client, f"/sessions/{session.pk}/audio/uploads/{answer.json()['id']}")


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes) -> list[bytes]:
    """The parts of a recording."""
    return [content[at : at + PART] for at in range(0, len(content), PART)]


def stored_bytes(recording: Recording) -> bytes:
    """What lies in the bucket."""
    return b"".join(recording_read(recording.storage_key, 0, recording.size_bytes))


def recording_bytes(size: int = 2 * PART + 1000) -> bytes:
    """A WAV file of just this size, different each time."""
    data = size - 44
    riff = b"RIFF" + (size - 8).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = bytes([1, 0, 1, 0]) + (16000).to_bytes(4, "little") + (32000).to_bytes(4, "little")
    return (
        riff + form + bytes([2, 0, 16, 0]) + b"data" + data.to_bytes(4, "little") + secrets.token_bytes(data)
    )

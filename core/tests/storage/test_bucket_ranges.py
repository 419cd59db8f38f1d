"""A part of a recording in a bucket: asked for as a range, so that the rest stays where it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django.fixtures import Settings

from core.errors import ApplicationError
from core.storage.failures import storage_errors
from core.storage.recordings import recording_read

CONTENT = bytes(range(256))


class Bucket(BaseHTTPRequestHandler):
    """One object, for GET with a range; everything else is missing."""

    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.asked.append((self.path, wanted))
        if self.path != "/clinic/recordings/here":
            self.send_error(404)
            return
        first, last = wanted.removeprefix("bytes=").split("-")
        part = CONTENT[int(first) : int(last) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(CONTENT)}")
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    Bucket.asked = []
    server = HTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    options = {
        "bucket_name": "clinic",
        "endpoint_url": f"http://127.0.0.1:{server.server_port}",
        "region_name": "us-east-1",
        "addressing_style": "path",
    }
    recordings = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "recordings": recordings}
    yield Bucket.asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_only_the_range_is_asked_for(asked: list[tuple[str, str]]) -> None:
    chunks = recording_read("recordings/here", 10, 20)
    assert b"".join(chunks) == CONTENT[10:30]
    chunks.close()
    assert asked == [("/clinic/recordings/here", "bytes=10-29")]


def test_a_missing_object_is_an_error_and_not_half_an_answer(asked: list[tuple[str, str]]) -> None:
    with pytest.raises(ApplicationError) as caught, storage_errors():
        recording_read("recordings/gone", 0, 1)
    assert caught.value.code == "storage_unavailable"

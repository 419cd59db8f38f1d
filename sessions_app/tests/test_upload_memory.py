"""A large recording passes through the real view without growing the process."""

from __future__ import annotations

import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Api
from sessions_app.models import Recording, TherapySession
from sessions_app.tests.conftest import files_under, raw

SIZE = 200 * 1024 * 1024
LIMIT = 24 * 1024 * 1024


class Generated:
    """A request body made while it is read: a WAV header and silence, in a form."""

    def __init__(self, boundary: str) -> None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        data = SIZE.to_bytes(4, "little")
        riff = b"RIFF" + (SIZE + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        form = bytes([1, 0, 1, 0]) + (16000).to_bytes(4, "little") + (32000).to_bytes(4, "little")
        self._head = head.encode() + riff + form + bytes([2, 0, 16, 0]) + b"data" + data
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.length = len(self._head) + SIZE + len(self._tail)
        self._pieces = self._make()
        self._rest = b""

    def _make(self) -> Iterator[bytes]:
        yield self._head
        block = bytes(1024 * 1024)
        for _ in range(SIZE // len(block)):
            yield block
        yield self._tail

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes."""
        assert size > 0, "the whole body was asked for at once"
        if not self._rest:
            self._rest = next(self._pieces, b"")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    readline = read


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("started")
def test_memory_stays_flat(api: Api, session: TherapySession, media_root: Path) -> None:
    boundary = "BoUnDaRy"
    body = Generated(boundary)
    client = api(session.therapist)
    client.get(f"/sessions/{session.pk}")  # what loads once is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    tracemalloc.start()
    answer = raw(
        client,
        "POST",
        f"/sessions/{session.pk}/audio",
        b"x",
        content_type=f"multipart/form-data; boundary={boundary}",
        **{"CONTENT_LENGTH": str(body.length), "wsgi.input": body},
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    assert answer.status_code == 202, answer.content
    assert Recording.objects.get().size_bytes == SIZE + 44
    assert len(files_under(media_root)) == 1
    assert peak < LIMIT
    # PyAV is loaded by the first upload: 60 MiB are the promise for the whole process.
    assert grown < 64 * 1024 * 1024

"""Uploads of a generated recording, each way as a client would do it, without holding it in memory."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Iterator
from typing import Any

import httpx

BLOCK_BYTES = 1024 * 1024
BOUNDARY = "uploads-benchmark"
JSON = {"Content-Type": "application/json"}


class Recording:
    """A WAV file of `size` bytes, made while it is read; the same each time."""

    def __init__(self, size: int) -> None:
        self.size = size
        data = size - 44
        self._head = (
            b"RIFF" + (size - 8 & 0xFFFFFFFF).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
            + bytes([1, 0, 1, 0]) + (16000).to_bytes(4, "little") + (32000).to_bytes(4, "little")
            + bytes([2, 0, 16, 0]) + b"data" + (data & 0xFFFFFFFF).to_bytes(4, "little")
        )  # fmt: skip
        self._block = random.Random(1).randbytes(BLOCK_BYTES)

    def blocks(self) -> Iterator[bytes]:
        """The bytes in blocks of 1 MiB."""
        left = self.size
        first = self._head + self._block[len(self._head) :]
        for block in (first, *[self._block] * (-(-self.size // BLOCK_BYTES) - 1)):
            yield block[:left]
            left -= len(block[:left])

    def parts(self, size: int) -> Iterator[bytes]:
        """The bytes in parts of so many, a whole number of blocks each."""
        part: list[bytes] = []
        for block in self.blocks():
            part.append(block)
            if sum(map(len, part)) >= size:
                yield b"".join(part)
                part = []
        if part:
            yield b"".join(part)


class Sender:
    """A new therapist; each upload goes to a session of its own."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=300)
        self._bucket = httpx.Client(timeout=300)
        who = {"email": f"{secrets.token_hex(6)}@clinic.example", "password": "harbour-lamp-42"}
        self._json("POST", "/auth/register", {**who, "full_name": "Nadia Rahman"})
        self._http.headers["Authorization"] = f"Bearer {self._json('POST', '/auth/login', who)['access']}"
        self._patient = self._json("POST", "/patients", {"full_name": "Daniel Reyes"})["id"]

    def close(self) -> None:
        """Close its connections."""
        self._http.close()
        self._bucket.close()

    def form(self, recording: Recording) -> str:
        """One multipart form; the session's id."""
        session = self._session()
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        tail = f"\r\n--{BOUNDARY}--\r\n"

        def body() -> Iterator[bytes]:
            yield head.encode()
            yield from recording.blocks()
            yield tail.encode()

        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + recording.size + len(tail)),
        }
        _checked(self._http.post(f"/sessions/{session}/audio", content=body(), headers=headers))
        return session

    def parts(self, recording: Recording) -> str:
        """Parts to this server."""
        session, upload = self._upload(recording)
        for number, part in enumerate(recording.parts(upload["part_size"]), start=1):
            headers = {
                "X-Part-SHA256": hashlib.sha256(part).hexdigest(), "Content-Type": "application/octet-stream",
            }  # fmt: skip
            _checked(self._http.put(f"{upload['url']}/parts/{number}", content=part, headers=headers))
        self._json("POST", f"{upload['url']}/complete", {})
        return session

    def direct(self, recording: Recording) -> str:
        """Parts to the bucket."""
        session, upload = self._upload(recording)
        if not upload["direct"]:
            raise RuntimeError("The server has no bucket.")
        for number, part in enumerate(recording.parts(upload["part_size"]), start=1):
            wanted = {"size": len(part), "sha256": hashlib.sha256(part).hexdigest()}
            address = self._json("POST", f"{upload['url']}/parts/{number}", wanted)
            _checked(self._bucket.put(address["url"], content=part, headers=address["headers"]))
        self._json("POST", f"{upload['url']}/complete", {})
        return session

    def remove(self, session: str) -> None:
        """Remove a session with its recording."""
        self._json("POST", f"/sessions/{session}/cancel", {})
        _checked(self._http.delete(f"/sessions/{session}"))

    def _session(self) -> str:
        body = {"patient": self._patient, "session_date": "2026-11-02"}
        return str(self._json("POST", "/sessions", body)["id"])

    def _upload(self, recording: Recording) -> tuple[str, dict[str, Any]]:
        session = self._session()
        uploads = f"/sessions/{session}/audio/uploads"
        upload = self._json("POST", uploads, {"filename": "a.wav", "size": recording.size})
        return session, {**upload, "url": f"{uploads}/{upload['id']}"}

    def _json(self, method: str, path: str, body: object) -> dict[str, Any]:
        answer: dict[str, Any] = _checked(self._http.request(method, path, json=body)).json()
        return answer


def _checked(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise RuntimeError(f"{response.request.method} {response.status_code}: {response.text[:300]}")
    return response

"""A hub on this machine that speaks as much of the protocol as the real client asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ml.tests.loopback import QuietHandler, on_loopback


@dataclass(slots=True)
class LocalHub:
    """Files by URL path; `requests` keeps (method, path, Range header)."""

    files: dict[str, bytes]
    commit: str
    stated: dict[str, str] = field(default_factory=dict)
    """A sha256 that the hub states for a path, where it isn't that of the bytes."""
    cut_once: set[str] = field(default_factory=set)
    """Paths whose first download breaks off in the middle."""
    requests: list[tuple[str, str, str | None]] = field(default_factory=list)
    address: str = ""


def _handler(hub: LocalHub) -> type[QuietHandler]:
    class Handler(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_file(with_body=False)

        def do_GET(self) -> None:
            self.send_file(with_body=True)

        def send_file(self, *, with_body: bool) -> None:
            asked = self.headers.get("Range")
            hub.requests.append((self.command, self.path, asked))
            body = hub.files.get(self.path)
            if body is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.send_header("X-Repo-Commit", hub.commit)
            stated = hub.stated.get(self.path, hashlib.sha256(body).hexdigest())
            self.send_header("X-Linked-Etag", f'"{stated}"')
            self.send_header("X-Linked-Size", str(len(body)))
            self.send_header("ETag", f'"{stated}"')
            self.end_headers()
            if not with_body:
                return
            end = len(body)
            if self.path in hub.cut_once:
                hub.cut_once.discard(self.path)
                end = start + (len(body) - start) // 2
                self.close_connection = True
            self.wfile.write(body[start:end])

    return Handler


@contextmanager
def serve(hub: LocalHub) -> Iterator[LocalHub]:
    """The hub at `hub.address` while the block runs."""
    with on_loopback(_handler(hub)) as hub.address:
        yield hub

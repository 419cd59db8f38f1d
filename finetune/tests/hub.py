"""A hub on this machine that takes uploads from the real client: repositories, large files, commits."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(slots=True)
class UploadHub:
    """`large` holds files by sha256 as they arrive; `files` what a commit made of them."""

    files: dict[str, bytes] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    fail_commits: int = 0
    """How many commits are refused with 503 before one is taken."""
    refuse: bool = False
    """Answer 403 to everything, as for a token without permission."""
    received: list[str] = field(default_factory=list)
    """Names of the large files that were sent, each time."""
    address: str = ""


class _Handler(BaseHTTPRequestHandler):
    hub: UploadHub
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self._body()
        if self.hub.refuse:
            self._send(403, {"error": "no permission"})
        elif self.path.endswith("/repos/create"):
            self._send(200, {"url": f"{self.hub.address}/org/adapter", "name": "org/adapter"})
        elif "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            modes = [
                {"path": item["path"], "uploadMode": "lfs" if item["size"] > 4096 else "regular",
                 "shouldIgnore": False}
                for item in asked
            ]  # fmt: skip
            self._send(200, {"files": modes})
        elif self.path.endswith("/info/lfs/objects/batch"):
            self._send(200, {"transfer": "basic", "objects": self._objects(json.loads(body))})
        elif "/commit/" in self.path:
            self._commit(body)
        else:
            self._send(200, {})

    def do_PUT(self) -> None:
        body = self._body()
        oid = self.path.rsplit("/", 1)[-1]
        assert hashlib.sha256(body).hexdigest() == oid
        self.hub.large[oid] = body
        self.hub.received.append(oid)
        self._send(200, {})

    def do_GET(self) -> None:
        self._send(200, {"id": "org/adapter", "sha": "0" * 40, "siblings": [], "private": True})

    def _objects(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        objects = []
        for item in asked["objects"]:
            entry: dict[str, Any] = {"oid": item["oid"], "size": item["size"]}
            if item["oid"] not in self.hub.large:
                entry["actions"] = {"upload": {"href": f"{self.hub.address}/store/{item['oid']}"}}
            objects.append(entry)
        return objects

    def _commit(self, body: bytes) -> None:
        if self.hub.fail_commits:
            self.hub.fail_commits -= 1
            self._send(503, {"error": "busy"})
            return
        for line in body.decode().splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "file":
                self.hub.files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                self.hub.files[value["path"]] = self.hub.large[value["oid"]]
        answer = {
            "commitUrl": f"{self.hub.address}/org/adapter/commit/1",
            "commitOid": "1" * 40,
            "success": True,
        }
        self._send(200, {**answer, "hookOutput": ""})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def serving(hub: UploadHub) -> Iterator[UploadHub]:
    """Run the hub on a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

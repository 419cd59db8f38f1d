"""A small Hugging Face hub on this machine: what the real client needs to write and read a data set."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".parquet", ".mp4")


@dataclass
class LocalHub:
    """Repositories as path to bytes; `faults` maps a part of an address to statuses to answer first."""

    token: str = "hub-token"
    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    commits: list[list[str]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    faults: dict[str, list[int]] = field(default_factory=dict)
    url: str = ""

    def sent_large(self) -> int:
        """How often the bytes of a large file were sent."""
        return sum(line.startswith("PUT /lfs/") for line in self.requests)


@contextmanager
def serving_hub(hub: LocalHub) -> Iterator[LocalHub]:
    """Serve on a free local port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: LocalHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(b"")

    def do_HEAD(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_PUT(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self, body: bytes) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        for part, statuses in self.hub.faults.items():
            if part in path and statuses:
                return self._json({"error": "scripted"}, statuses.pop(0))
        if path.startswith("/lfs/"):
            self.hub.large[path.removeprefix("/lfs/")] = body
            return self._json({})
        if self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            return self._json({"error": "no"}, 401)
        if path == "/api/validate-yaml":
            return self._json({"errors": [], "warnings": []})
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        return self._repository(path, body)

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
        url = f"{self.hub.url}/datasets/{name}"
        if name in self.hub.repositories:
            return self._json({"error": "exists", "url": url}, 409)
        self.hub.repositories[name] = {}
        self.hub.private[name] = bool(asked.get("private")) or asked.get("visibility") == "private"
        return self._json({"url": url})

    def _repository(self, path: str, body: bytes) -> None:  # noqa: PLR0911 - one answer for each address
        rest = path.removeprefix("/api").removeprefix("/datasets/")
        owner, name, verb, *more = rest.replace(".git/info/lfs/objects/batch", "/lfs-batch").split("/")
        files = self.hub.repositories.get(f"{owner}/{name}")
        if files is None:
            return self._json({"error": "not found"}, 404)
        if verb == "preupload":
            return self._json({"files": [_mode(item["path"], files) for item in json.loads(body)["files"]]})
        if verb == "lfs-batch":
            objects = [self._wanted(item) for item in json.loads(body)["objects"]]
            return self._json({"transfer": "basic", "objects": objects})
        if verb == "commit":
            return self._commit(f"{owner}/{name}", files, body)
        if verb == "tree":
            return self._json([_entry(*item) for item in sorted(files.items())])
        if verb == "revision":
            siblings = [{"rfilename": item} for item in sorted(files)]
            return self._json(
                {"id": f"{owner}/{name}", "sha": self._sha(), "siblings": siblings, "private": False}
            )
        content = files.get("/".join(more[1:])) if verb == "resolve" else None
        if content is None:
            return self._json({"error": "not found"}, 404)
        return self._send(
            200, content, {"ETag": f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'}
        )

    def _wanted(self, item: dict[str, Any]) -> dict[str, Any]:
        plain = {"oid": item["oid"], "size": item["size"]}
        if item["oid"] in self.hub.large:
            return plain
        return {**plain, "actions": {"upload": {"href": f"{self.hub.url}/lfs/{item['oid']}"}}}

    def _commit(self, name: str, files: dict[str, bytes], body: bytes) -> None:
        changed = []
        for line in body.splitlines():
            item = json.loads(line)
            value = item["value"]
            if item["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif item["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]
            elif item["key"] == "deletedFile":
                del files[value["path"]]
            if item["key"] != "header":
                changed.append(value["path"])
        self.hub.commits.append(changed)
        self._json(
            {
                "success": True,
                "commitUrl": f"{self.hub.url}/datasets/{name}/commit/{self._sha()}",
                "commitOid": self._sha(),
            }
        )

    def _sha(self) -> str:
        return f"{len(self.hub.commits):040d}"

    def _json(self, content: Any, status: int = 200) -> None:
        self._send(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            **headers,
            "X-Repo-Commit": self._sha(),
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _mode(path: str, files: dict[str, bytes]) -> dict[str, Any]:
    mode = "lfs" if path.endswith(LARGE) else "regular"
    oid = _entry(path, files[path])["oid"] if path in files and mode == "regular" else None
    return {"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid}


def _entry(path: str, content: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    entry: dict[str, Any] = {"type": "file", "path": path, "size": len(content), "oid": blob}
    if path.endswith(LARGE):
        digest = hashlib.sha256(content).hexdigest()
        entry["lfs"] = {"oid": digest, "size": len(content), "pointerSize": 134}
    return entry

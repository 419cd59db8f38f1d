"""One local server that answers as YouTube's Data API, a video host and AssemblyAI do, and counts."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

PAGE = 2  # videos on a page of a playlist; the real one has 50


@dataclass
class Scripted:
    """What a route answers before it works: a status, headers, seconds of silence first."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    silence_s: float = 0.0
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class StandIn:
    """The server's contents and what it was asked. `counts` holds requests by route: "items",
    "videos", "file <id>" (whole bodies or parts), "upload", "job", "poll"."""

    files: dict[str, Path] = field(default_factory=dict)
    playlists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    utterances: list[dict[str, Any]] = field(default_factory=list)
    heard_by_job: list[list[dict[str, Any]]] = field(default_factory=list)
    """What each transcription job hears, in order; `utterances` where the list is too short."""
    script: dict[str, list[Scripted]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    polls_until_done: int = 1
    hold: str = ""
    """A route that never answers, until the server stops."""
    url: str = ""
    jobs: dict[str, int] = field(default_factory=dict)
    job_requests: list[dict[str, Any]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def add(self, video: str, path: Path | None, playlist: str = "PLtest", **details: str) -> None:
        """Put a video into a playlist; without a path the host answers 404."""
        if path is not None:
            self.files[video] = path
        self.playlists.setdefault(playlist, []).append({"id": video, **details})


@contextmanager
def serving(stand_in: StandIn, port: int = 0) -> Iterator[StandIn]:
    """Run the server while the block lasts, on any free port or a certain one."""

    class Handler(_Handler):
        world = stand_in

    server = _Server(("127.0.0.1", port), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed or timed out hangs up: nothing to say about it."""


class _Handler(BaseHTTPRequestHandler):
    world: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlparse(self.path).path
        query = {name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()}
        if path.endswith("/playlistItems"):
            self._answer("items", lambda: self._items(query))
        elif path.endswith("/videos"):
            self._answer("videos", lambda: self._videos(query))
        elif match := re.fullmatch(r"/v2/transcript/(\w+)", path):
            self._answer("poll", lambda: self._poll(match[1]))
        elif match := re.fullmatch(r"/watch/([\w-]+)", path):
            self._file(match[1])
        else:
            self._send(404, {"error": "no such route"})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        if self.path == "/v2/upload":
            self._answer("upload", lambda: {"upload_url": f"{self.world.url}/uploads/{len(body)}"})
        elif self.path == "/v2/transcript":
            self._answer("job", lambda: self._job(json.loads(body)))
        else:
            self._send(404, {"error": "no such route"})

    def _answer(self, route: str, work: Any) -> None:
        self.world.counts[route] += 1
        if self._scripted(route):
            return
        self._send(200, work())

    def _scripted(self, route: str) -> bool:
        if self.world.hold == route:
            self.world.stopped.wait(60)
            self.close_connection = True
            return True
        if not self.world.script[route]:
            return False
        step = self.world.script[route].pop(0)
        time.sleep(step.silence_s)
        if step.silence_s:
            self.close_connection = True
            return True
        self._send(step.status, step.body or {"error": "scripted"}, step.headers)
        return True

    def _items(self, query: dict[str, str]) -> dict[str, Any]:
        listed = self.world.playlists[query["playlistId"]]
        start = int(query.get("pageToken", "0"))
        items = [
            {
                "contentDetails": {"videoId": one["id"]},
                "snippet": {"title": one.get("title", f"Session {one['id']}")},
                "status": {"privacyStatus": one.get("item_privacy", "public")},
            }
            for one in listed[start : start + PAGE]
        ]
        more = {"nextPageToken": str(start + PAGE)} if start + PAGE < len(listed) else {}
        return {"items": items, **more}

    def _videos(self, query: dict[str, str]) -> dict[str, Any]:
        known = {one["id"]: one for listed in self.world.playlists.values() for one in listed}
        wanted = [known[video] for video in query["id"].split(",")]
        return {
            "items": [
                {
                    "id": one["id"],
                    "contentDetails": {"duration": one.get("duration", "PT20S")},
                    "status": {"privacyStatus": one.get("privacy", "public"), "license": "creativeCommon"},
                }
                for one in wanted
                if "gone" not in one
            ]
        }

    def _job(self, request: dict[str, Any]) -> dict[str, Any]:
        job = f"job{len(self.world.jobs)}"
        self.world.jobs[job] = 0
        self.world.job_requests.append(request)
        return {"id": job, "status": "queued", "audio_url": request["audio_url"]}

    def _poll(self, job: str) -> dict[str, Any]:
        self.world.jobs[job] += 1
        done = self.world.jobs[job] >= self.world.polls_until_done
        answer: dict[str, Any] = {
            "id": job,
            "status": "completed" if done else "processing",
            "audio_url": "x",
        }
        if done:
            number = list(self.world.jobs).index(job)
            heard = [*self.world.heard_by_job[number : number + 1], self.world.utterances][0]
            answer |= {"utterances": heard, "language_code": "en_us"}
        return answer

    def _file(self, video: str) -> None:
        route = f"file {video}"
        self.world.counts[route] += 1
        if self._scripted(route):
            return
        if video not in self.world.files:
            self._send(404, {"error": "gone"})
            return
        body = self.world.files[video].read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        end = int(asked[2]) if asked and asked[2] else len(body) - 1
        self.send_response(206 if asked else 200)
        page = self.world.files[video].suffix == ".html"
        self.send_header("Content-Type", "text/html" if page else "video/mp4")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(end - start + 1))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(body)}")
        self.end_headers()
        if self.command == "HEAD":
            return
        try:
            if self.world.hold == f"half {video}":
                self.wfile.write(body[start : start + (end - start) // 2])
                self.wfile.flush()
                self.world.stopped.wait(60)
                return
            self.wfile.write(body[start : end + 1])
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

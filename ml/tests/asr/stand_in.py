"""A local server with OpenAI's transcription call, which answers as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER: dict[str, Any] = {
    "task": "transcribe",
    "language": "english",
    "duration": 2.0,
    "text": "How have you been this week?",
    "segments": [
        {
            "id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": " How have you been this week?",
            "tokens": [],
            "temperature": 0.0, "avg_logprob": -0.2, "compression_ratio": 0.9, "no_speech_prob": 0.01,
        }
    ],
    "words": [
        {"word": word, "start": 0.3 * number, "end": 0.3 * number + 0.25}
        for number, word in enumerate(["How", "have", "you", "been", "this", "week"])
    ],
}  # fmt: skip


@dataclass(slots=True)
class StandIn:
    """`status`, `body` and `delay_s` of the next answers; `requests` holds what came in."""

    url: str = ""
    status: int = 200
    body: Any = field(default_factory=lambda: ANSWER)
    delay_s: float = 0.0
    requests: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def stand_in_server() -> Iterator[StandIn]:
    """The server on a free port of 127.0.0.1."""
    told = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.paths.append(self.path)
            told.requests.append(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(told.delay_s)
            raw = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            try:
                self.send_response(told.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                pass  # the client stopped waiting

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A local stand-in for Gemini on Vertex AI: scripted answers, and a count of all it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROMPT_TOKENS = 1_000
WRITTEN_TOKENS = 40
THOUGHT_TOKENS = 10


@dataclass(frozen=True)
class Reply:
    """One scripted answer: a text, or a raw body; a refusal; a status with headers; a delay."""

    text: str = ""
    finish_reason: str = "STOP"
    block_reason: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    raw: str | None = None


@dataclass
class StandIn:
    """The running server. `answered` counts the answers that hold tokens."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answered: int = 0


Script = Callable[[dict[str, Any], int], Reply]
"""From a request's body and its number, from 0, to the reply."""


def in_order(*replies: Reply) -> Script:
    """The replies one after the other; the last one repeats."""
    return lambda _, number: replies[min(number, len(replies) - 1)]


def user_text(body: dict[str, Any]) -> str:
    """The words of the first user message, without the clip."""
    return "".join(part.get("text", "") for part in body["contents"][0]["parts"])


@contextmanager
def gemini_stand_in(script: Script) -> Iterator[StandIn]:
    """Serve the script on loopback."""
    state = StandIn()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(state.requests)
                state.requests.append(body)
                state.paths.append(self.path)
                reply = script(body, number)
                state.answered += reply.status == 200 and reply.raw is None
            time.sleep(reply.delay_s)
            text = reply.raw if reply.raw is not None else json.dumps(_body(reply))
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())
            except OSError:
                pass  # the client gave up, as a test of timeouts wants

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _body(reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        return {"error": {"code": reply.status, "message": "scripted", "status": "SCRIPTED"}}
    usage = {"promptTokenCount": PROMPT_TOKENS, "totalTokenCount": PROMPT_TOKENS}
    if reply.block_reason:
        return {"promptFeedback": {"blockReason": reply.block_reason}, "usageMetadata": usage}
    usage |= {"candidatesTokenCount": WRITTEN_TOKENS, "thoughtsTokenCount": THOUGHT_TOKENS}
    candidate: dict[str, Any] = {"finishReason": reply.finish_reason}
    if reply.text:
        candidate["content"] = {"role": "model", "parts": [{"text": reply.text}]}
    return {"candidates": [candidate], "usageMetadata": usage}

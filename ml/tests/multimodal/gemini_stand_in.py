"""A local stand-in for Gemini on Vertex AI: scripted answers, and a count of all it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ml.tests.loopback import QuietHandler, on_loopback

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

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            body = json.loads(self.body())
            with lock:
                number = len(state.requests)
                state.requests.append(body)
                state.paths.append(self.path)
                reply = script(body, number)
                state.answered += reply.status == 200 and reply.raw is None
            time.sleep(reply.delay_s)
            text = reply.raw if reply.raw is not None else json.dumps(_body(reply))
            self.answer(reply.status, text.encode(), headers=reply.headers)

    with on_loopback(Handler) as state.url:
        yield state


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

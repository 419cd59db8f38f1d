"""A local stand-in for an OpenAI-compatible server that answers as a test tells it to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ml.tests.loopback import QuietHandler, on_loopback


@dataclass
class Reply:
    """One scripted answer: a chat text, or a raw body; a status; a delay in seconds."""

    text: str = ""
    finish_reason: str = "stop"
    status: int = 200
    delay_s: float = 0.0
    raw: str | None = None


@dataclass
class StandIn:
    """The running server: its address, the script, and the requests it got."""

    url: str = ""
    script: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def stand_in(*script: Reply) -> Iterator[StandIn]:
    """Serve the script on loopback; the last reply repeats."""
    state = StandIn(script=list(script))

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            state.requests.append(json.loads(self.body()))
            state.keys.append(self.headers.get("Authorization", ""))
            reply = state.script.pop(0) if len(state.script) > 1 else state.script[0]
            time.sleep(reply.delay_s)
            text = reply.raw if reply.raw is not None else json.dumps(_chat(reply))
            self.answer(reply.status, text.encode())

    with on_loopback(Handler) as address:
        state.url = f"{address}/v1"
        yield state


def _chat(reply: Reply) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "stand-in",
        "choices": [
            {
                "index": 0,
                "finish_reason": reply.finish_reason,
                "message": {"role": "assistant", "content": reply.text},
            }
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }

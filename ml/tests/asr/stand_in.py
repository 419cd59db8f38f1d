"""A local server with OpenAI's transcription call, which answers as told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ml.tests.loopback import QuietHandler, on_loopback

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

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            told.paths.append(self.path)
            told.requests.append(self.body())
            time.sleep(told.delay_s)
            self.answer(
                told.status, told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            )

    with on_loopback(Handler) as address:
        told.url = f"{address}/v1"
        yield told

"""The vocabulary of language models: messages in, a response with its usage out."""

from __future__ import annotations

from typing import Literal

from ml.schemas.base import Record


class ChatMessage(Record):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Usage(Record):
    """Tokens read and written by one call."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatResponse(Record):
    """The model's answer; `finish_reason` is "stop", "length", or "refused:<why>" from a service that
    blocks answers."""

    text: str
    finish_reason: str = "stop"
    usage: Usage = Usage()

"""What every multimodal model offers: messages and a clip in, text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions
from ml.schemas.chat import ChatMessage, ChatResponse


@dataclass(frozen=True, slots=True)
class Clip:
    """A short video. `uri` (gs://…) is where a cloud model may read it itself; `path` is the file."""

    path: Path
    uri: str = ""
    media_type: str = "video/mp4"


@runtime_checkable
class MultimodalModel(Protocol):
    """A model that answers about a clip, or about words alone when there is none.

    Errors: `TransientError` (model_timeout, model_not_available) where another attempt may succeed;
    `PermanentError` with model_not_available where the installation has to change, with
    validation_error or unsupported_media where this request never will be answered. An answer that
    the model itself refused comes back with its `finish_reason`, as it was counted.
    """

    name: str
    capabilities: Capabilities

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
        *,
        clip: Clip | None = None,
    ) -> ChatResponse:
        """The model's answer as text, from one call; with a schema the answer is asked for as its
        JSON, bound to it where the backend can, and not validated."""
        ...

    def close(self) -> None:
        """Release what the model holds; calling again is harmless."""
        ...

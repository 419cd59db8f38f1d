"""What every language model offers: messages in, text or a validated record out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, Field

from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage, ChatResponse

SchemaT = TypeVar("SchemaT", bound=BaseModel)


class GenerationOptions(Record):
    """How one answer is generated; unknown options are an error."""

    max_tokens: int = Field(default=256, ge=1)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    seed: int | None = 0
    timeout_s: float | None = Field(default=None, gt=0)
    """Seconds this call may take; None leaves it to the backend."""


DEFAULT_OPTIONS = GenerationOptions()


class Capabilities(Record):
    """What a backend can do itself."""

    enforces_schema: bool = False
    """Whether decoding is bound to a JSON schema, so that the answer always parses."""
    counts_tokens: bool = False
    local: bool = True
    """Whether the words stay on this machine."""


@runtime_checkable
class ChatModel(Protocol):
    """A language model that holds no state between calls.

    Errors of both calls: `TransientError` (model_timeout, model_not_available) where another
    attempt may succeed, `PermanentError` (model_not_available, model_output_invalid) where not.
    """

    name: str
    capabilities: Capabilities

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
    ) -> ChatResponse:
        """The model's answer as text, from one call; with a schema the answer is asked for as its
        JSON, bound to it where the backend can, and not validated."""
        ...

    def structured(
        self,
        messages: Sequence[ChatMessage],
        schema: type[SchemaT],
        options: GenerationOptions = DEFAULT_OPTIONS,
    ) -> SchemaT:
        """The model's answer as a record of `schema`, validated, after at most one repair."""
        ...

    def close(self) -> None:
        """Release what the model holds; calling again is harmless."""
        ...

"""A model that answers from a queue and remembers what it was asked; for tests only."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from pydantic import BaseModel

from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions, SchemaT
from ml.llm.structured import ask_structured
from ml.schemas.chat import ChatMessage, ChatResponse

Answer = str | Exception | ChatResponse


class FakeChatModel:
    """Gives the queued answers in order, then what `otherwise` makes of the messages."""

    def __init__(
        self,
        answers: Iterable[Answer] = (),
        otherwise: Callable[[Sequence[ChatMessage]], str] | None = None,
    ) -> None:
        self.name = "fake"
        self.capabilities = Capabilities()
        self.history: list[list[ChatMessage]] = []
        self.closed = False
        self._answers = deque(answers)
        self._otherwise = otherwise

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
    ) -> ChatResponse:
        """The next queued answer; a queued exception is raised."""
        self.history.append(list(messages))
        if not self._answers and self._otherwise is not None:
            return ChatResponse(text=self._otherwise(messages))
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, ChatResponse) else ChatResponse(text=answer)

    def structured(
        self,
        messages: Sequence[ChatMessage],
        schema: type[SchemaT],
        options: GenerationOptions = DEFAULT_OPTIONS,
    ) -> SchemaT:
        """The next queued answer, validated, with one repair as real backends do."""
        return ask_structured(lambda asked: self.complete(asked, options), messages, schema)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

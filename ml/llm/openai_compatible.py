"""Any server that speaks the OpenAI chat format: vLLM, llama.cpp, Ollama, a cloud.

Answers are bound to a JSON schema where the server can. Errors become ours by kind: a timeout
or a server that is away may be tried again, a refused request may not.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import openai
from pydantic import BaseModel, ValidationError

from ml.errors import BackendNotInstalled, ErrorCode, MLError, PermanentError, TransientError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions, SchemaT
from ml.llm.structured import ask_structured
from ml.llm.usage import answered
from ml.schemas.chat import ChatMessage, ChatResponse, Usage

# At DEBUG these libraries write whole requests, and requests hold patients' words.
for _talkative in ("openai", "httpx", "httpx2", "httpcore", "httpcore2"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)

_RETRY_STATUS = frozenset({408, 409, 425, 429})


class OpenAICompatible:
    """A chat model behind an OpenAI-compatible endpoint.

    Args:
        base_url: the endpoint up to and with ``/v1``.
        model: the model's name on the server.
        api_key: sent as a bearer token; servers without keys ignore it.
        timeout_s: seconds for one call, connection and reading together.
        max_retries: attempts that the client itself adds on 429, 5xx and lost connections.
        send_schema: whether `response_format: json_schema` is sent; a server without it answers
            400, so switch it off there.
    """

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        timeout_s: float = 120.0,
        max_retries: int = 0,
        send_schema: bool = True,
    ) -> None:
        self.name = model
        self.capabilities = Capabilities(
            enforces_schema=send_schema, local="127.0.0.1" in base_url or "localhost" in base_url
        )
        self._timeout_s = timeout_s
        self._send_schema = send_schema
        self._client = openai.OpenAI(
            base_url=base_url, api_key=api_key or "none", timeout=timeout_s, max_retries=max_retries
        )

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
    ) -> ChatResponse:
        """The model's answer as text."""
        return self._ask(messages, options, schema)

    def structured(
        self,
        messages: Sequence[ChatMessage],
        schema: type[SchemaT],
        options: GenerationOptions = DEFAULT_OPTIONS,
    ) -> SchemaT:
        """The model's answer as a record; the schema is sent and the answer validated all the same."""
        # One deadline over the first answer and its repair.
        deadline = time.monotonic() + (options.timeout_s or self._timeout_s)

        def ask(asked: Sequence[ChatMessage]) -> ChatResponse:
            left = max(0.1, deadline - time.monotonic())
            return self._ask(asked, options.model_copy(update={"timeout_s": left}), schema)

        return ask_structured(ask, messages, schema)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(
        self, messages: Sequence[ChatMessage], options: GenerationOptions, schema: type[BaseModel] | None
    ) -> ChatResponse:
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [message.model_dump() for message in messages],
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "timeout": options.timeout_s or self._timeout_s,
        }
        if options.seed is not None:
            request["seed"] = options.seed
        if schema is not None and self._send_schema:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": schema.__name__,
                    "schema": schema.model_json_schema(),
                    "strict": True,
                },
            }
        began = time.monotonic()
        try:
            answer = self._client.chat.completions.create(**request)
        except openai.NotFoundError:
            raise self._not_served() from None
        except (openai.OpenAIError, ValidationError, ValueError) as error:
            raise translated(error) from None
        response = _response(answer)
        answered(response.usage, time.monotonic() - began)
        return response

    def _not_served(self) -> BackendNotInstalled:
        """Which model, or adapter by name, the server lacks, and which it has."""
        try:
            served = ", ".join(sorted(model.id for model in self._client.models.list())) or "none"
        except (openai.OpenAIError, ValidationError, ValueError, AttributeError, TypeError):
            served = "it does not say which"
        return BackendNotInstalled(
            f"The language model server does not have {self.name!r} (status 404). It serves: {served}."
        )


def _response(answer: Any) -> ChatResponse:
    """Our record of an answer; a body of another shape counts as nonsense, not as a crash."""
    try:
        choice = answer.choices[0]
        text, reason, usage = choice.message.content or "", choice.finish_reason, answer.usage
        return ChatResponse(
            text=text,
            finish_reason=reason or "stop",
            usage=Usage(
                prompt_tokens=getattr(usage, "prompt_tokens", 0) or 0,
                completion_tokens=getattr(usage, "completion_tokens", 0) or 0,
            ),
        )
    except (AttributeError, IndexError, TypeError, ValidationError):
        raise PermanentError(
            ErrorCode.MODEL_OUTPUT_INVALID, "The language model server's answer has an unknown shape."
        ) from None


def translated(error: Exception) -> MLError:
    """Our error for one of the client library's; messages hold status and kind, never the body."""
    if isinstance(error, openai.APITimeoutError):
        return TransientError(ErrorCode.MODEL_TIMEOUT, "The language model server did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return TransientError(ErrorCode.MODEL_NOT_AVAILABLE, "The language model server cannot be reached.")
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        message = f"The language model server answered with status {status}."
        if status >= 500 or status in _RETRY_STATUS:
            return TransientError(ErrorCode.MODEL_NOT_AVAILABLE, message, _retry_after_s(error))
        return PermanentError(ErrorCode.MODEL_NOT_AVAILABLE, message)
    return PermanentError(
        ErrorCode.MODEL_OUTPUT_INVALID, "The language model server's answer is not readable."
    )


def _retry_after_s(error: openai.APIStatusError) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None

"""Gemini on Vertex AI: clip and words in, structured output out. One call is one request.

The client library's own retries stay off, so that whoever calls sees, counts and pays each request.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any

from google import genai
from google.auth import exceptions as auth_errors
from google.genai import errors as genai_errors
from google.genai import types
from pydantic import BaseModel

from ml.errors import ErrorCode, MLError, PermanentError, TransientError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions
from ml.multimodal.base import Clip
from ml.schemas.chat import ChatMessage, ChatResponse, Usage

# At DEBUG these libraries write whole requests, and requests hold patients' words.
for _talkative in ("google_genai", "httpx", "httpx2", "httpcore", "httpcore2", "google.auth", "urllib3"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)

_INLINE_LIMIT_BYTES = 14_000_000
"""A request may have 20 MB, and base64 makes four bytes of three."""

_FINISHED = {"STOP": "stop", "MAX_TOKENS": "length"}


class Gemini:
    """A Gemini model.

    Args:
        model: the model id on Vertex AI.
        project: the Google Cloud project that pays.
        location: the region, or "global".
        thinking_level: "minimal", "low", "medium" or "high"; empty leaves it to the model. Thoughts
            are billed and counted as written tokens.
        base_url: another address than Google's; empty for Google's.
        credentials: `google.auth` credentials; None finds the machine's own.
        timeout_s: seconds for one request.

    Raises:
        PermanentError: `model_not_available`; this machine has no Google credentials.
    """

    def __init__(
        self,
        *,
        model: str,
        project: str,
        location: str = "global",
        thinking_level: str = "",
        base_url: str = "",
        credentials: Any = None,
        timeout_s: float = 120.0,
    ) -> None:
        self.name = model
        self.capabilities = Capabilities(enforces_schema=True, counts_tokens=True, local=False)
        self._timeout_s = timeout_s
        self._thinking_level = thinking_level
        try:
            self._client = genai.Client(
                vertexai=True,
                project=project,
                location=location,
                credentials=credentials,
                http_options=types.HttpOptions(base_url=base_url or None, timeout=round(timeout_s * 1000)),
            )
        except (auth_errors.GoogleAuthError, ValueError):
            raise PermanentError(
                ErrorCode.MODEL_NOT_AVAILABLE,
                "Gemini needs Google Cloud credentials and a project on this machine.",
            ) from None

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
        *,
        clip: Clip | None = None,
    ) -> ChatResponse:
        """The model's answer as text; `finish_reason` is "refused:<why>" where it was blocked."""
        turns = [message for message in messages if message.role != "system"]
        contents = [
            types.Content(
                role="model" if message.role == "assistant" else "user",
                parts=[types.Part.from_text(text=message.content)],
            )
            for message in turns
        ]
        if clip is not None:
            contents[0].parts = [_video_part(clip), *(contents[0].parts or [])]
        system = "\n\n".join(message.content for message in messages if message.role == "system")
        config = types.GenerateContentConfig(
            system_instruction=system or None,
            temperature=options.temperature,
            seed=options.seed,
            max_output_tokens=options.max_tokens,
            response_mime_type="application/json" if schema is not None else None,
            response_schema=schema,
            thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel(self._thinking_level))
            if self._thinking_level
            else None,
            http_options=types.HttpOptions(timeout=round((options.timeout_s or self._timeout_s) * 1000)),
        )
        try:
            answer = self._client.models.generate_content(model=self.name, contents=contents, config=config)
        except Exception as error:  # the library lets errors of three others through
            raise translated(error) from None
        return _response(answer)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def translated(error: Exception) -> MLError:
    """Our error for one of the client library's; messages hold status and kind, never the body."""
    if isinstance(error, genai_errors.APIError):
        return _for_status(error)
    if isinstance(error, (TimeoutError, *_of_transport("TimeoutException"))):
        return TransientError(ErrorCode.MODEL_TIMEOUT, "Gemini did not answer in time.")
    if isinstance(error, auth_errors.RefreshError | auth_errors.DefaultCredentialsError):
        return PermanentError(ErrorCode.MODEL_NOT_AVAILABLE, "Google Cloud refused the credentials.")
    if isinstance(error, (ConnectionError, auth_errors.TransportError, *_of_transport("TransportError"))):
        return TransientError(ErrorCode.MODEL_NOT_AVAILABLE, "Gemini cannot be reached.")
    if isinstance(error, ValueError):
        return TransientError(ErrorCode.MODEL_NOT_AVAILABLE, "Gemini's answer is not readable.")
    return PermanentError(ErrorCode.INTERNAL_ERROR, f"The Gemini client failed: {type(error).__name__}.")


def _of_transport(name: str) -> list[type[Exception]]:
    # The client library takes whichever of the two is installed.
    loaded = [sys.modules[module] for module in ("httpx", "httpx2") if module in sys.modules]
    return [getattr(module, name) for module in loaded]


def _for_status(error: genai_errors.APIError) -> MLError:
    message = f"Gemini answered with status {error.code}."
    if error.code in {408, 429} or error.code >= 500:
        return TransientError(ErrorCode.MODEL_NOT_AVAILABLE, message, _retry_after_s(error))
    if error.code in {401, 403, 404}:
        return PermanentError(ErrorCode.MODEL_NOT_AVAILABLE, message)
    return PermanentError(ErrorCode.VALIDATION_ERROR, message)


def _retry_after_s(error: genai_errors.APIError) -> float | None:
    headers = getattr(error.response, "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None


def _video_part(clip: Clip) -> types.Part:
    if clip.uri:
        return types.Part.from_uri(file_uri=clip.uri, mime_type=clip.media_type)
    data = clip.path.read_bytes()
    if len(data) > _INLINE_LIMIT_BYTES:
        raise PermanentError(
            ErrorCode.UNSUPPORTED_MEDIA, "The clip is too large to be sent; keep the data set in a bucket."
        )
    return types.Part.from_bytes(data=data, mime_type=clip.media_type)


def _response(answer: types.GenerateContentResponse) -> ChatResponse:
    usage = answer.usage_metadata
    counted = Usage(
        prompt_tokens=(usage.prompt_token_count or 0) if usage else 0,
        completion_tokens=((usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0))
        if usage
        else 0,
    )
    if not answer.candidates:
        blocked = answer.prompt_feedback.block_reason if answer.prompt_feedback else None
        reason = f"refused:{blocked.value.lower()}" if blocked else "stop"
        return ChatResponse(text="", finish_reason=reason, usage=counted)
    candidate = answer.candidates[0]
    ended = candidate.finish_reason.value if candidate.finish_reason else "STOP"
    parts = (candidate.content.parts or []) if candidate.content else []
    text = "".join(part.text or "" for part in parts if not part.thought)
    return ChatResponse(
        text=text, finish_reason=_FINISHED.get(ended, f"refused:{ended.lower()}"), usage=counted
    )

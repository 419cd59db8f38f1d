"""From a model's text to a validated record: parse, one repair, then give up with a code.

Used by backends that cannot bind decoding to a schema, and to validate those that can: a server
may ignore `response_format`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ValidationError

from ml.errors import ErrorCode, PermanentError
from ml.llm.base import SchemaT
from ml.schemas.chat import ChatMessage, ChatResponse


def parse(text: str, schema: type[SchemaT]) -> SchemaT:
    """The record in a text: the whole text, or the outermost braces of it.

    Raises:
        ValueError: there is none; the message holds no word of the text.
    """
    for candidate in (text, text[text.find("{") : text.rfind("}") + 1]):
        try:
            return schema.model_validate_json(candidate)
        except ValidationError:
            continue
    raise ValueError(f"The answer is not a valid {schema.__name__}.")


def schema_instruction(schema: type[BaseModel]) -> str:
    """The sentence that asks for JSON from a model whose decoding is not bound to a schema."""
    shape = json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object only, no other text. It must match this JSON schema: {shape}"


def with_schema(messages: Sequence[ChatMessage], schema: type[BaseModel]) -> list[ChatMessage]:
    """The messages with the wish for JSON at the end of the last one."""
    last = messages[-1]
    asked = f"{last.content}\n\n{schema_instruction(schema)}"
    return [*messages[:-1], last.model_copy(update={"content": asked})]


def repair_request(
    messages: Sequence[ChatMessage], answer: ChatResponse, schema: type[BaseModel]
) -> list[ChatMessage]:
    """The messages that ask once more, with the faulty answer and its fault named."""
    fault = (
        "was cut off: answer much more briefly"
        if answer.finish_reason == "length"
        else "was not valid JSON of that form"
    )
    repair = ChatMessage(role="user", content=f"Your answer {fault}. {schema_instruction(schema)}")
    # The faulty answer is quoted back in part only: a runaway one would fill the context.
    shown = ChatMessage(role="assistant", content=answer.text[:500] or "(empty)")
    return [*messages, shown, repair]


def ask_structured(
    ask: Callable[[Sequence[ChatMessage]], ChatResponse],
    messages: Sequence[ChatMessage],
    schema: type[SchemaT],
) -> SchemaT:
    """Ask, validate, and ask once more with the fault named.

    Raises:
        PermanentError: `model_output_invalid` after the second invalid answer.
    """
    first = ask(messages)
    try:
        return parse(first.text, schema)
    except ValueError:
        pass
    second = ask(repair_request(messages, first, schema))
    try:
        return parse(second.text, schema)
    except ValueError:
        raise PermanentError(
            ErrorCode.MODEL_OUTPUT_INVALID,
            f"The model's answer was not a valid {schema.__name__} after one repair.",
        ) from None

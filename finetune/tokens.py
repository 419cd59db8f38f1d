"""Chat examples become token ids and labels, by the model's own chat template.

The template is applied to ever longer beginnings of the chat: what an assistant's message adds
behind its header is learnt, up to and including the token that ends its turn. So the mask holds
for any template that only ever appends, and `encode` refuses one that does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example
from ml.schemas.chat import ChatMessage

IGNORED = -100
"""The label of a token that is read but not learnt."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of a whole chat and, in the same places, the id to learn or `IGNORED`."""

    input_ids: list[int]
    labels: list[int]

    @property
    def learnt(self) -> int:
        """How many tokens are learnt."""
        return sum(label != IGNORED for label in self.labels)


def encode(tokenizer: Any, messages: Sequence[ChatMessage], max_tokens: int) -> Encoded:
    """Ids and labels of a chat.

    A chat that is too long loses its oldest turns, never the system prompt and never the end; a
    single exchange that is still too long loses the beginning of the user's words.

    Raises:
        FinetuneError: data_invalid: the chat template rewrites what came before, or the prompt
            and the answer alone do not fit.
    """
    kept = list(messages)
    encoded = _encode_whole(tokenizer, kept)
    while len(encoded.input_ids) > max_tokens and len(kept) > 3:
        # the system prompt stays; the oldest exchange goes, so that a user's turn is first again
        kept = [kept[0], *kept[3:]]
        encoded = _encode_whole(tokenizer, kept)
    excess = len(encoded.input_ids) - max_tokens
    while excess > 0:
        words = tokenizer(kept[1].content, add_special_tokens=False)["input_ids"]
        if len(words) <= excess:
            raise FinetuneError(
                FinetuneErrorCode.DATA_INVALID,
                f"A prompt and its answer need more than the {max_tokens} tokens of max_tokens.",
            )
        kept[1] = kept[1].model_copy(update={"content": tokenizer.decode(words[excess:])})
        encoded = _encode_whole(tokenizer, kept)
        excess = len(encoded.input_ids) - max_tokens
    return encoded


def encode_examples(tokenizer: Any, examples: Sequence[Example], max_tokens: int) -> list[Encoded]:
    """All examples, in order; errors as in `encode`, naming the dialogue."""
    rows = []
    for example in examples:
        try:
            rows.append(encode(tokenizer, example.messages, max_tokens))
        except FinetuneError as error:
            raise FinetuneError(error.code, f"{example.lineage.dialogue_id}: {error}") from None
    return rows


def prompt_ids(tokenizer: Any, messages: Sequence[ChatMessage]) -> list[int]:
    """The ids of a chat up to where the assistant begins to write."""
    return _template(tokenizer, messages, add_generation_prompt=True)


def _encode_whole(tokenizer: Any, messages: Sequence[ChatMessage]) -> Encoded:
    whole = _template(tokenizer, messages)
    labels = [IGNORED] * len(whole)
    for place, message in enumerate(messages):
        if message.role != "assistant":
            continue
        before = _template(tokenizer, messages[:place], add_generation_prompt=True)
        until = _template(tokenizer, messages[: place + 1])
        if whole[: len(until)] != until or until[: len(before)] != before:
            raise FinetuneError(
                FinetuneErrorCode.DATA_INVALID,
                "This model's chat template rewrites earlier messages, so the answer cannot be told apart.",
            )
        end = _end_of_turn(until, len(before), tokenizer.eos_token_id)
        labels[len(before) : end] = whole[len(before) : end]
    return Encoded(whole, labels)


def _end_of_turn(ids: Sequence[int], begin: int, eos: int) -> int:
    """Behind the token that ends the turn; templates put a line break after it that nobody writes."""
    for place in range(len(ids) - 1, begin - 1, -1):
        if ids[place] == eos:
            return place + 1
    return len(ids)


def _template(tokenizer: Any, messages: Sequence[ChatMessage], **options: bool) -> list[int]:
    from jinja2 import TemplateError

    dumped = [message.model_dump() for message in messages]
    try:
        found = tokenizer.apply_chat_template(dumped, tokenize=True, return_dict=True, **options)
    except TemplateError as error:
        raise FinetuneError(
            FinetuneErrorCode.DATA_INVALID, f"This model's chat template refuses the chat: {error}"
        ) from None
    return list(found["input_ids"])

"""Token budgets: how much text fits beside the prompt and the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

CHARS_PER_TOKEN = 3.2
"""Careful for English in the Qwen and Llama vocabularies (about 4.2); other scripts cost more."""
_WIDE_CHARS_PER_TOKEN = 1.2


def estimate_tokens(text: str) -> int:
    """An upper estimate of the tokens of a text, without a tokenizer."""
    wide = sum(ord(c) > 0x24F for c in text)
    return math.ceil((len(text) - wide) / CHARS_PER_TOKEN + wide / _WIDE_CHARS_PER_TOKEN) + 4


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """The context of a model, less the prompt's fixed part and the answer."""

    context: int
    prompt: int
    answer: int

    @property
    def room(self) -> int:
        """Tokens left for the passage; 0 where nothing fits."""
        return max(0, self.context - self.prompt - self.answer)

    def fits(self, text: str) -> bool:
        """Whether a passage fits beside prompt and answer."""
        return estimate_tokens(text) <= self.room

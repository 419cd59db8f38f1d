"""A prompt template: declared variables, filled before a model is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ml.schemas.chat import ChatMessage

_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class PromptError(ValueError):
    """A template and its variables do not agree; a fault of the program, not of its input."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """System and user text with ``{{ variable }}`` slots.

    Attributes:
        name, version: identify the file; stored with every result.
        system: the fixed part, the same for every call so that servers can cache it.
        user: the part that changes.
        variables: every slot of both texts, no more and no fewer.
    """

    name: str
    version: str
    system: str
    user: str
    variables: frozenset[str]

    def __post_init__(self) -> None:
        slots = frozenset(_SLOT.findall(self.system + self.user))
        if slots != self.variables:
            odd = ", ".join(sorted(slots ^ self.variables))
            raise PromptError(f"Prompt {self.identity}: declared variables and slots differ: {odd}.")

    @property
    def identity(self) -> str:
        """``name/version``, as provenance records it."""
        return f"{self.name}/{self.version}"

    def render(self, **values: str) -> list[ChatMessage]:
        """The messages of one call.

        Values are put in once and never read for slots themselves: a transcript that contains
        ``{{ ... }}`` stays text.

        Raises:
            PromptError: a declared variable is missing, or one is given that is not declared.
        """
        given = frozenset(values)
        if missing := self.variables - given:
            raise PromptError(f"Prompt {self.identity}: missing {', '.join(sorted(missing))}.")
        if unknown := given - self.variables:
            raise PromptError(f"Prompt {self.identity}: unknown {', '.join(sorted(unknown))}.")

        def fill(text: str) -> str:
            return _SLOT.sub(lambda slot: values[slot.group(1)], text)

        return [
            ChatMessage(role="system", content=fill(self.system)),
            ChatMessage(role="user", content=fill(self.user)),
        ]

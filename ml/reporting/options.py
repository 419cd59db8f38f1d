"""What a deployment decides about drafting, read once at the door and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

EXTRACTION: Final = "extraction"
"""The backend that needs no language model: claims are quotes."""


@dataclass(frozen=True, slots=True)
class DraftingOptions:
    """How reports are drafted.

    Attributes:
        models_dir: root of the weight store.
        backend: "extraction", or the name of a chat model backend (`ml.llm.backends.CHAT_MODELS`).
        backend_options: keyword options of that backend.
        time_budget_s: seconds all calls of the language model in one draft may take together;
            None allows a third of the session's length, at least 60 s. What is not worded when
            the time is up stays a quote.
        max_wordings: the language model words at most so many claims of a draft.
        max_risk_passages: the language model reads at most so many passages for risk.
        fallback_to_extraction: whether a missing or silent language model leads to a draft by
            extraction (with its notice) or to an error.
    """

    models_dir: Path
    backend: str = EXTRACTION
    backend_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    time_budget_s: float | None = None
    max_wordings: int = 14
    max_risk_passages: int = 6
    fallback_to_extraction: bool = True

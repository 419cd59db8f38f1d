"""How a trained adapter reaches a chat model: which option of which backend names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ml.errors import BackendNotInstalled
from ml.weights.adapters import AdapterStore

_OPTIONS = {"transformers_local": "adapter_path", "openai_compatible": "model"}
"""In this process the adapter is a folder; a server such as vLLM knows its adapters by name."""


def with_adapter(backend: str, options: Mapping[str, Any], name: str, root: Path) -> dict[str, Any]:
    """A backend's options with a promoted adapter; unchanged where `name` is empty.

    Raises:
        BackendNotInstalled: The backend takes no adapters, or the adapter is not here or was not
            promoted.
    """
    if not name:
        return dict(options)
    if backend not in _OPTIONS:
        raise BackendNotInstalled(
            f"The backend {backend!r} takes no adapters; these do: {', '.join(sorted(_OPTIONS))}."
        )
    folder = AdapterStore(root).promoted_path(name)
    return {**options, _OPTIONS[backend]: str(folder) if backend == "transformers_local" else name}

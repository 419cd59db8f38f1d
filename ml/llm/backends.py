"""The language model backends by name; a module is imported when its backend is built."""

from __future__ import annotations

from typing import Any

from ml.llm.base import ChatModel
from ml.registry import Registry

CHAT_MODELS: Registry[ChatModel] = Registry(
    "chat model",
    {
        "openai_compatible": "ml.llm.openai_compatible.OpenAICompatible",
        "packaged_gguf": "ml.llm.packaged_gguf.PackagedGGUF",
        "transformers_local": "ml.llm.transformers_local.TransformersLocal",
    },
)


def build_chat_model(name: str, **options: Any) -> ChatModel:
    """Build a backend by its registry name.

    Raises:
        KeyError: the name is unknown; the message lists the known ones.
        BackendNotInstalled: its library or weights are missing.
    """
    return CHAT_MODELS.build(name, **options)

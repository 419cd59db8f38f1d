"""The multimodal backends by name; a module is imported when its backend is built."""

from __future__ import annotations

from typing import Any

from ml.multimodal.base import MultimodalModel
from ml.registry import Registry

MULTIMODAL_MODELS: Registry[MultimodalModel] = Registry(
    "multimodal model",
    {
        "gemini": "ml.multimodal.gemini.Gemini",
        "qwen_omni": "ml.multimodal.qwen_omni.QwenOmni",
        "videollama2_local": "ml.multimodal.videollama2_local.VideoLlama2Local",
    },
)


def build_multimodal_model(name: str, **options: Any) -> MultimodalModel:
    """Build a backend by its registry name.

    Raises:
        KeyError: the name is unknown; the message lists the known ones.
        BackendNotInstalled: its library or weights are missing.
    """
    return MULTIMODAL_MODELS.build(name, **options)

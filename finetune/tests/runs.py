"""Runs of the tiny model for tests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from finetune.config import FinetuneConfig, load_config


def tiny_config(model: Path, data: Path, *changes: str, kind: str = "jsonl") -> FinetuneConfig:
    """The shipped CPU configuration on a model and data of a test.

    Rank 64, because bitsandbytes keeps the moments of tensors under 4,096 numbers in float32.
    """
    source = f"data.sources=[{{kind: {kind}, path: '{data}'}}]"
    return load_config("tiny_cpu", [f"model.path={model}", source, "lora.rank=64", "lora.alpha=64", *changes])


def adapter_weights(folder: Path) -> dict[str, Any]:
    """The adapter's tensors by name."""
    from safetensors.torch import load_file

    return dict(load_file(folder / "adapter_model.safetensors"))


def base_hash(model: Any) -> str:
    """The sha256 over every frozen tensor's bytes, the packed 4-bit ones included."""
    import torch

    whole = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        if "lora_" not in name:
            whole.update(name.encode())
            whole.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return whole.hexdigest()

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


class Watch:
    """Hashes the frozen weights before and after, and may break off after a step."""

    def __new__(cls, break_after: int | None = None) -> Any:
        from transformers import TrainerCallback

        class Callback(TrainerCallback):
            hashes: list[str] = []

            def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
                model = kwargs["model"]
                self.hashes = [base_hash(model)]
                self.quantized = {
                    type(module).__name__
                    for name, module in model.named_modules()
                    if name.endswith("base_layer")
                }

            def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
                self.hashes.append(base_hash(kwargs["model"]))

            def on_step_end(
                self, args: Any, state: Any, control: Any, optimizer: Any = None, **kwargs: Any
            ) -> None:
                inner = getattr(optimizer, "optimizer", optimizer)
                self.optimizer = type(inner).__module__
                self.moments = {str(state["state1"].dtype) for state in inner.state.values()}
                if state.global_step == break_after:
                    raise KeyboardInterrupt

        return Callback()

"""Where a model runs: one place that chooses between CUDA, Apple's MPS and the CPU."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A device name and the number type to compute in, in the words of CTranslate2 and torch."""

    name: str
    compute_type: str


def ctranslate2_device(wanted: str = "auto") -> Device:
    """The device for CTranslate2 models: float16 on CUDA, int8 on the CPU."""
    if wanted == "auto":
        import ctranslate2

        wanted = "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"
    return Device(wanted, "float16" if wanted == "cuda" else "int8")


def torch_device(wanted: str = "auto") -> Device:
    """The device for torch models: bfloat16 on CUDA, float32 elsewhere."""
    if wanted == "auto":
        import torch

        if torch.cuda.is_available():
            wanted = "cuda"
        elif torch.backends.mps.is_available():
            wanted = "mps"
        else:
            wanted = "cpu"
    return Device(wanted, "bfloat16" if wanted == "cuda" else "float32")

"""What must be there before a model is loaded."""

from __future__ import annotations

from dataset.annotation.config import AnnotationConfig, ModelChoice
from dataset.errors import StopRun

_GIB = 1024**3


def check_gpu_memory(config: AnnotationConfig) -> None:
    """Pass when each local model of the configuration fits on the GPU by itself.

    Models that are told to run elsewhere (`device: cpu`) need none.

    Raises:
        StopRun: `gpu_missing` or `gpu_memory`.
    """
    for choice in _on_gpu(config):
        free_gb = _free_gb()
        if free_gb is None:
            raise StopRun(
                f"{choice.model} needs a GPU with {choice.gpu_memory_gb:.0f} GB, and there is none here:"
                " use --preset gemini or packaged, or set its device to cpu.",
                "gpu_missing",
            )
        if free_gb < choice.gpu_memory_gb:
            raise StopRun(
                f"{choice.model} needs {choice.gpu_memory_gb:.0f} GB on the GPU; {free_gb:.1f} GB are free.",
                "gpu_memory",
            )


def _on_gpu(config: AnnotationConfig) -> list[ModelChoice]:
    choices = [choice for choice in (config.video, config.text) if choice is not None]
    return [c for c in choices if c.gpu_memory_gb > 0 and c.options.get("device", "auto") != "cpu"]


def _free_gb() -> float | None:
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    free, _ = torch.cuda.mem_get_info()
    return float(free) / _GIB

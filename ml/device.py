"""Where a model runs: one place that chooses between CUDA, Apple's MPS and the CPU.

A device is wanted in one word: `auto`, `cpu`, `mps`, `cuda`, or `cuda:1` for another GPU than the
first. `CUDA_VISIBLE_DEVICES` decides which GPUs a process counts at all; a worker for each GPU gets
one of them there. What a device says when it fails is read in `ml.device_failures`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ml.errors import BackendNotInstalled

_WANTED = re.compile(r"(auto|cpu|mps|cuda)|cuda:(\d{1,2})")
_VISIBLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True, slots=True)
class Device:
    """A device's name and index, and the number type to compute in, in the words of CTranslate2 and
    torch."""

    name: str
    compute_type: str
    index: int = 0

    @property
    def torch_name(self) -> str:
        """As torch writes it: `cuda:0`, `cpu`."""
        return f"{self.name}:{self.index}" if self.name == "cuda" else self.name


def parse_device(wanted: str) -> tuple[str, int]:
    """Name and index of a wanted device; nothing is loaded and no hardware asked.

    Raises:
        BackendNotInstalled: it is none of the words above.
    """
    match = _WANTED.fullmatch(wanted)
    if match is None:
        raise BackendNotInstalled(f"The device {wanted!r} is none of auto, cpu, cuda, cuda:N and mps.")
    return match[1] or "cuda", int(match[2] or 0)


def ctranslate2_device(wanted: str = "auto", compute_type: str | None = None) -> Device:
    """The device for CTranslate2 models: float16 on CUDA (float32 on a GPU without it), int8 on the CPU.

    Raises:
        BackendNotInstalled: the wanted device is not there, or cannot compute in `compute_type`.
    """
    import ctranslate2

    name, index = parse_device(wanted)
    count = ctranslate2.get_cuda_device_count()
    if name == "mps":
        raise BackendNotInstalled("CTranslate2 does not compute on 'mps': use auto or cpu.")
    if name == "auto":
        name = "cuda" if count else "cpu"
    if name == "cuda":
        _require_gpu("CTranslate2", index, count)
    able = ctranslate2.get_supported_compute_types(name, index)
    usual = ("float16", "float32") if name == "cuda" else ("int8", "float32")
    chosen = compute_type or next(kind for kind in usual if kind in able)
    if chosen not in able and chosen not in {"auto", "default"}:
        raise BackendNotInstalled(
            f"The device {name!r} does not compute in {chosen!r}; it does in {', '.join(sorted(able))}."
        )
    return Device(name, chosen, index)


def torch_device(wanted: str = "auto") -> Device:
    """The device for torch models: bfloat16 on CUDA, float32 elsewhere.

    Raises:
        BackendNotInstalled: the wanted device is not there.
    """
    import torch

    name, index = parse_device(wanted)
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "auto":
        name = "cuda" if count else "mps" if torch.backends.mps.is_available() else "cpu"
    if name == "cuda":
        _require_gpu("torch", index, count)
    if name == "mps" and not torch.backends.mps.is_available():
        raise BackendNotInstalled("torch finds no Apple GPU on this machine: use auto or cpu.")
    return Device(name, "bfloat16" if name == "cuda" else "float32", index)


def _require_gpu(library: str, index: int, count: int) -> None:
    if index < count:
        return
    seen = f"{count} NVIDIA GPU{'s' * (count > 1)}" if count else "no NVIDIA GPU"
    visible = os.environ.get(_VISIBLE)
    limited = f" {_VISIBLE} is {visible!r}." if visible is not None else ""
    raise BackendNotInstalled(
        f"The device 'cuda:{index}' was asked for, but {library} finds {seen} here.{limited} A container "
        "needs NVIDIA's container toolkit and a GPU of its own; `auto` takes what there is."
    )


def main(arguments: Sequence[str]) -> int:
    """`python -m ml.device [WANTED [ctranslate2|torch]]`: what is used here; status 1 when it is not there.

    For a process that must not ask CUDA itself, because it forks later.
    """
    defaults = ("auto", "ctranslate2")
    wanted, library = [*arguments, *defaults[len(arguments) :]]
    choose = {"ctranslate2": ctranslate2_device, "torch": torch_device}[library]
    try:
        device = choose(wanted)
    except BackendNotInstalled as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{library}: {device.torch_name}, {device.compute_type}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The tensors of a checkpoint folder, one at a time: safetensors or torch's .bin, whole or in shards."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor

from ml.errors import BackendNotInstalled, PermanentError
from ml.multimodal.videollama2.config import read_json

_WHOLE = ("model.safetensors", "pytorch_model.bin")


def weight_files(folder: Path) -> list[Path]:
    """The files that hold a checkpoint's weights.

    Raises:
        BackendNotInstalled: there are none, or the index names some that are missing.
    """
    for name in _WHOLE:
        index = folder / f"{name}.index.json"
        if index.is_file():
            named = read_json(index).get("weight_map") or {}
            files = [folder / file for file in sorted(set(named.values()))]
            if absent := [file.name for file in files if not file.is_file()]:
                raise BackendNotInstalled(f"The checkpoint {folder.name} lacks {', '.join(absent)}.")
            return files
        if (folder / name).is_file():
            return [folder / name]
    raise BackendNotInstalled(f"The folder {folder.name} holds no weights ({' or '.join(_WHOLE)}).")


def read_tensors(file: Path, prefixes: tuple[str, ...] = ("",)) -> Iterator[tuple[str, Tensor]]:
    """The tensors of one file whose names begin with one of `prefixes`.

    A .bin file is read with torch's restricted unpickler: it can hold tensors, never code.

    Raises:
        PermanentError: `model_not_available`; the file is damaged.
    """
    if file.suffix == ".safetensors":
        yield from _safetensors(file, prefixes)
        return
    import torch

    try:
        found: Any = torch.load(file, map_location="cpu", weights_only=True, mmap=True)
    except (RuntimeError, OSError, ValueError, EOFError, pickle.UnpicklingError):
        raise _damaged(file) from None
    if not isinstance(found, dict):
        raise _damaged(file)
    for name, tensor in found.items():
        if isinstance(tensor, Tensor) and name.startswith(prefixes):
            yield name, tensor


def _safetensors(file: Path, prefixes: tuple[str, ...]) -> Iterator[tuple[str, Tensor]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            for name in opened.keys():  # noqa: SIM118, not a dict
                if name.startswith(prefixes):
                    yield name, opened.get_tensor(name)
    except (SafetensorError, OSError):
        raise _damaged(file) from None


def _damaged(file: Path) -> PermanentError:
    return BackendNotInstalled(f"The weight file {file.name} is damaged or incomplete; fetch it again.")

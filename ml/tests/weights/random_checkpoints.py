"""Checkpoints of the publishers' formats with random weights, written without torch."""

from __future__ import annotations

import json
import pickle
import sys
import types
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.weights.legacy_checkpoint import MAGIC, PROTOCOL

Array = np.ndarray[Any, np.dtype[np.float32]]
WIDTH, INNER, POSITIONS = 384, 1536, 64


def sentence_encoder(folder: Path, vocabulary: dict[str, int]) -> dict[str, Array]:
    """Write MiniLM's model.safetensors and tokenizer.json; returns the weights."""
    embeddings = {
        "word_embeddings": len(vocabulary),
        "position_embeddings": POSITIONS,
        "token_type_embeddings": 2,
    }
    names = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
    return _encoder(
        folder, vocabulary, embeddings, layers=6, attention=names, norm="attention.output.LayerNorm"
    )


def mpnet(folder: Path, vocabulary: dict[str, int]) -> dict[str, Array]:
    """Write MPNet's model.safetensors and tokenizer.json, narrower than real; returns the weights."""
    embeddings = {"word_embeddings": len(vocabulary), "position_embeddings": POSITIONS}
    names = tuple(f"attention.attn.{name}" for name in "qkvo")
    bias = np.random.default_rng(4).normal(0, 0.5, (32, 12)).astype(np.float32)
    more = {"encoder.relative_attention_bias.weight": bias}
    return _encoder(
        folder, vocabulary, embeddings, layers=12, attention=names, norm="attention.LayerNorm", more=more
    )


def _encoder(
    folder: Path,
    vocabulary: dict[str, int],
    embeddings: dict[str, int],
    *,
    layers: int,
    attention: tuple[str, ...],
    norm: str,
    more: dict[str, Array] | None = None,
) -> dict[str, Array]:
    random = np.random.default_rng(3)

    def draw(*shape: int) -> Array:
        return random.normal(0, 0.06, shape).astype(np.float32)

    weights = {f"embeddings.{name}.weight": draw(rows, WIDTH) for name, rows in embeddings.items()} | (
        more or {}
    )
    shapes = dict.fromkeys(attention, (WIDTH, WIDTH))
    shapes |= {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER)}
    norms = ["embeddings.LayerNorm"]
    for index in range(layers):
        prefix = f"encoder.layer.{index}"
        for name, shape in shapes.items():
            weights[f"{prefix}.{name}.weight"] = draw(*shape)
            weights[f"{prefix}.{name}.bias"] = draw(shape[0])
        norms += [f"{prefix}.{norm}", f"{prefix}.output.LayerNorm"]
    for name in norms:
        weights[f"{name}.weight"] = 1 + draw(WIDTH)
        weights[f"{name}.bias"] = draw(WIDTH)
    _safetensors(folder / "model.safetensors", weights)
    body = {"model": {"vocab": vocabulary, "unk_token": "[UNK]"}}
    (folder / "tokenizer.json").write_text(json.dumps(body), encoding="utf-8")
    return weights


def _safetensors(path: Path, weights: dict[str, Array]) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    positions = np.arange(POSITIONS, dtype=np.int64).tobytes()
    header["embeddings.position_ids"] = {
        "dtype": "I64",
        "shape": [1, POSITIONS],
        "data_offsets": [0, len(positions)],
    }
    body = positions
    for name, array in weights.items():
        data = array.tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def voice_encoder_weights() -> dict[str, Array]:
    """Random weights of the voice encoder's shapes."""
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(3):
        shapes[f"lstm.weight_ih_l{layer}"] = (1024, 40 if layer == 0 else 256)
        shapes[f"lstm.weight_hh_l{layer}"] = (1024, 256)
        shapes[f"lstm.bias_ih_l{layer}"] = (1024,)
        shapes[f"lstm.bias_hh_l{layer}"] = (1024,)
    shapes |= {"linear.weight": (256, 256), "linear.bias": (256,), "similarity_weight": (1,)}
    return {name: random.normal(0, 0.15, shape).astype(np.float32) for name, shape in shapes.items()}


class Storage:
    """Stands where torch.FloatStorage would be while the test's checkpoint is written."""

    def __init__(self, key: str, values: Array) -> None:
        self.key = key
        self.values = values


class _Tensor:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def __reduce__(self) -> tuple[Any, ...]:
        shape = self.storage.values.shape
        strides = tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (self.storage, 0, shape, strides, False, OrderedDict())


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> Any:
        if isinstance(obj, Storage):
            kind = sys.modules["torch"].FloatStorage
            return ("storage", kind, obj.key, "cpu", obj.values.size, None)
        return None


def legacy_checkpoint(path: Path, weights: dict[str, Array], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the weights as torch wrote them before 2020."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})  # type: ignore[attr-defined]

    def rebuild() -> None:
        """Only its name is written."""

    rebuild.__module__, rebuild.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    storages = {str(1000 + index): array for index, array in enumerate(weights.values())}
    tensors = OrderedDict(
        (name, _Tensor(Storage(key, array)))
        for (name, array), key in zip(weights.items(), storages, strict=True)
    )
    with monkeypatch.context() as patch, path.open("wb") as stream:
        patch.setitem(sys.modules, "torch", torch)
        patch.setitem(sys.modules, "torch._utils", utils)
        for value in (MAGIC, PROTOCOL, {"little_endian": True}, {"step": 7, "model_state": tensors}):
            _Pickler(stream, protocol=2).dump(value)
        pickle.dump(list(storages), stream, protocol=2)
        for array in storages.values():
            stream.write(array.size.to_bytes(8, "little") + array.tobytes())

"""all-MiniLM-L6-v2 from safetensors to a CTranslate2 encoder, without torch.

How the result is fed (folder files: ``model.bin``, ``config.json``, ``vocabulary.json``,
``tokenizer.json``):

- ``tokenizers.Tokenizer.from_file("tokenizer.json")``; the file itself pads and truncates to 128,
  so call ``no_padding()`` and ``enable_truncation(256)``. ``encode(text).ids`` begins with [CLS]
  and ends with [SEP].
- ``ctranslate2.Encoder(folder, device="cpu", compute_type="float32")``. The weights are stored as
  int8 and must be computed in float32: computing in int8 drifts and depends on the batch.
- ``forward_batch(list_of_id_lists)``: lists of different length; it pads inside. Token type ids
  default to 0. ``last_hidden_state`` has the shape (batch, longest, 384), float32.
- Sentence vector: the mean over that sentence's real tokens (its own length, [CLS] and [SEP]
  included, padding excluded), then divided by its L2 norm. The dot product is the cosine.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Arrays = dict[str, np.ndarray[Any, np.dtype[np.float32]]]

LAYERS = 6
HEADS = 12
LAYER_NORM_EPSILON = 1e-12


def convert(source: Path, target: Path) -> None:
    """Write the encoder into `target` from ``model.safetensors`` and ``tokenizer.json`` in `source`.

    Raises:
        ValueError: The file is not the expected model.
        KeyError: A weight is missing.
    """
    write_encoder(read_safetensors(source / "model.safetensors"), source, target)


def write_encoder(arrays: Arrays, source: Path, target: Path) -> None:
    """Write MiniLM's architecture with these weights; the tokenizer is that of `source`."""
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    spec = _encoder(arrays)
    spec.register_vocabulary(sorted(vocabulary, key=vocabulary.__getitem__))
    spec.config.unk_token = tokenizer["model"]["unk_token"]
    spec.config.layer_norm_epsilon = LAYER_NORM_EPSILON
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(target))
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")


def read_safetensors(path: Path) -> Arrays:
    """The float32 arrays of a safetensors file by name, each in memory of its own.

    Raises:
        ValueError: The header is damaged.
    """
    import numpy as np

    raw = path.read_bytes()
    header_size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + header_size])
    arrays: Arrays = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue  # embeddings.position_ids is an integer range that CTranslate2 counts itself
        start, end = (8 + header_size + offset for offset in entry["data_offsets"])
        flat = np.frombuffer(raw[start:end], dtype="<f4")
        # optimize() writes in place, which a view on bytes would refuse
        arrays[name] = flat.reshape(entry["shape"]).copy()
    return arrays


def _encoder(arrays: Arrays) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    encoder = transformer_spec.TransformerEncoderSpec(
        LAYERS,
        HEADS,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = arrays["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = arrays["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = arrays["embeddings.position_embeddings.weight"]
    _norm(encoder.layernorm_embedding, arrays, "embeddings.LayerNorm")
    for index, layer in enumerate(encoder.layer):
        _layer(layer, arrays, f"encoder.layer.{index}")
    return transformer_spec.TransformerEncoderModelSpec(encoder)


def _layer(layer: Any, arrays: Arrays, prefix: str) -> None:
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec

    query, key, value = (common_spec.LinearSpec() for _ in range(3))
    _linear(query, arrays, f"{prefix}.attention.self.query")
    _linear(key, arrays, f"{prefix}.attention.self.key")
    _linear(value, arrays, f"{prefix}.attention.self.value")
    attention = layer.self_attention
    utils.fuse_linear(attention.linear[0], [query, key, value])
    _linear(attention.linear[1], arrays, f"{prefix}.attention.output.dense")
    _norm(attention.layer_norm, arrays, f"{prefix}.attention.output.LayerNorm")
    _linear(layer.ffn.linear_0, arrays, f"{prefix}.intermediate.dense")
    _linear(layer.ffn.linear_1, arrays, f"{prefix}.output.dense")
    _norm(layer.ffn.layer_norm, arrays, f"{prefix}.output.LayerNorm")


def _linear(spec: Any, arrays: Arrays, prefix: str) -> None:
    spec.weight = arrays[f"{prefix}.weight"]
    spec.bias = arrays[f"{prefix}.bias"]


def _norm(spec: Any, arrays: Arrays, prefix: str) -> None:
    spec.gamma = arrays[f"{prefix}.weight"]
    spec.beta = arrays[f"{prefix}.bias"]

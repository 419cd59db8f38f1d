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

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.weights.encoder_spec import (
    encoder_frame,
    fuse_linear,
    read_safetensors,
    save_encoder,
    set_linear,
    set_norm,
)

if TYPE_CHECKING:
    from ml.weights.encoder_spec import Arrays

LAYERS = 6
HEADS = 12
LAYER_NORM_EPSILON = 1e-12


def convert(source: Path, target: Path) -> None:
    """Write the encoder into `target` from ``model.safetensors`` and ``tokenizer.json`` in `source`.

    Raises:
        ValueError: The file is not the expected model.
        KeyError: A weight is missing.
    """
    arrays = read_safetensors(source / "model.safetensors")
    save_encoder(_encoder(arrays), source / "tokenizer.json", target, LAYER_NORM_EPSILON)


def _encoder(arrays: Arrays) -> Any:
    encoder = encoder_frame(arrays, layers=LAYERS, heads=HEADS, second_embedding="token_type_embeddings")
    encoder.position_encodings.encodings = arrays["embeddings.position_embeddings.weight"]
    for index, layer in enumerate(encoder.layer):
        _layer(layer, arrays, f"encoder.layer.{index}")
    return encoder


def _layer(layer: Any, arrays: Arrays, prefix: str) -> None:
    attention = layer.self_attention
    names = [f"{prefix}.attention.self.{name}" for name in ("query", "key", "value")]
    fuse_linear(attention.linear[0], arrays, names)
    set_linear(attention.linear[1], arrays, f"{prefix}.attention.output.dense")
    set_norm(attention.layer_norm, arrays, f"{prefix}.attention.output.LayerNorm")
    set_linear(layer.ffn.linear_0, arrays, f"{prefix}.intermediate.dense")
    set_linear(layer.ffn.linear_1, arrays, f"{prefix}.output.dense")
    set_norm(layer.ffn.layer_norm, arrays, f"{prefix}.output.LayerNorm")

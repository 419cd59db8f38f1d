"""all-mpnet-base-v2 from safetensors to a CTranslate2 encoder, without torch.

How the result is fed:

- ``tokenizers.Tokenizer.from_file("tokenizer.json")`` with ``no_padding()`` and a truncation of its
  own. ``encode(text).ids`` begins with <s> and ends with </s>.
- ``ctranslate2.Encoder(folder, device="cpu", compute_type="float32")``; stored as int8.
- ``forward_batch(ids, token_type_ids=positions)``: MPNet has absolute positions and a relative bias,
  CTranslate2 knows one or the other. So the positions are the second embedding and must be given:
  `positions_of` a list of ids. ``last_hidden_state`` has the shape (batch, longest, 768), float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.weights.encoder_spec import encoder_frame, fuse_linear, save_encoder, set_linear, set_norm

if TYPE_CHECKING:
    from ml.weights.encoder_spec import Arrays

LAYERS = 12
HEADS = 12
LAYER_NORM_EPSILON = 1e-5
FIRST_POSITION = 2
"""Positions count from the id after the padding's, as the model was trained."""
RELATIVE_DISTANCE = 128
"""Tokens farther apart than this share one relative bias."""


def positions_of(ids: Sequence[int]) -> list[int]:
    """What goes in as token types beside these ids."""
    return list(range(FIRST_POSITION, FIRST_POSITION + len(ids)))


def write_encoder(arrays: Arrays, source: Path, target: Path) -> None:
    """Write MPNet's architecture with these weights; the tokenizer is that of `source`.

    Raises:
        KeyError: A weight is missing.
    """
    save_encoder(_encoder(arrays), source / "tokenizer.json", target, LAYER_NORM_EPSILON)


def _encoder(arrays: Arrays) -> Any:
    encoder = encoder_frame(
        arrays,
        layers=LAYERS,
        heads=HEADS,
        second_embedding="position_embeddings",
        relative_attention_bias=True,
    )
    for index, layer in enumerate(encoder.layer):
        _layer(layer, arrays, f"encoder.layer.{index}")
    return encoder


def _layer(layer: Any, arrays: Arrays, prefix: str) -> None:
    import numpy as np

    attention = layer.self_attention
    fuse_linear(attention.linear[0], arrays, [f"{prefix}.attention.attn.{name}" for name in "qkv"])
    set_linear(attention.linear[1], arrays, f"{prefix}.attention.attn.o")
    set_norm(attention.layer_norm, arrays, f"{prefix}.attention.LayerNorm")
    attention.relative_attention_bias = arrays["encoder.relative_attention_bias.weight"]
    attention.relative_attention_max_distance = np.dtype("int32").type(RELATIVE_DISTANCE)
    set_linear(layer.ffn.linear_0, arrays, f"{prefix}.intermediate.dense")
    set_linear(layer.ffn.linear_1, arrays, f"{prefix}.output.dense")
    set_norm(layer.ffn.layer_norm, arrays, f"{prefix}.output.LayerNorm")

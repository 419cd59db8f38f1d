"""From a publisher's safetensors to a CTranslate2 encoder: what every architecture needs, without torch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Arrays = dict[str, np.ndarray[Any, np.dtype[np.float32]]]


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


def encoder_frame(
    arrays: Arrays, *, layers: int, heads: int, second_embedding: str, relative_attention_bias: bool = False
) -> Any:
    """A CTranslate2 encoder of BERT's kind with its embeddings filled in and its layers still empty.

    Args:
        second_embedding: What is added to the word's embedding, from ids given beside the words.
        relative_attention_bias: Whether attention has one; then there are no absolute positions.
    """
    from ctranslate2.specs import common_spec, transformer_spec

    encoder = transformer_spec.TransformerEncoderSpec(
        layers,
        heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
        relative_attention_bias=relative_attention_bias,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = arrays["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = arrays[f"embeddings.{second_embedding}.weight"]
    set_norm(encoder.layernorm_embedding, arrays, "embeddings.LayerNorm")
    return encoder


def save_encoder(encoder: Any, tokenizer: Path, target: Path, epsilon: float) -> None:
    """Write an encoder with its vocabulary, weights stored as int8, and the tokenizer.

    Args:
        encoder: A filled `encoder_frame`.
        epsilon: What the layer norms add to the variance.

    Raises:
        ValueError: A weight is missing or has a wrong shape.
    """
    from ctranslate2.specs.transformer_spec import TransformerEncoderModelSpec

    spec = TransformerEncoderModelSpec(encoder)
    body = json.loads(tokenizer.read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = body["model"]["vocab"]
    spec.register_vocabulary(sorted(vocabulary, key=vocabulary.__getitem__))
    spec.config.unk_token = body["model"]["unk_token"]
    spec.config.layer_norm_epsilon = epsilon
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(target))
    shutil.copyfile(tokenizer, target / "tokenizer.json")


def set_linear(spec: Any, arrays: Arrays, prefix: str) -> None:
    """Fill a linear layer from ``<prefix>.weight`` and ``<prefix>.bias``."""
    spec.weight = arrays[f"{prefix}.weight"]
    spec.bias = arrays[f"{prefix}.bias"]


def fuse_linear(spec: Any, arrays: Arrays, prefixes: Sequence[str]) -> None:
    """Fill one linear layer with several, one below the other (query, key and value)."""
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec

    parts = [common_spec.LinearSpec() for _ in prefixes]
    for part, prefix in zip(parts, prefixes, strict=True):
        set_linear(part, arrays, prefix)
    utils.fuse_linear(spec, parts)


def set_norm(spec: Any, arrays: Arrays, prefix: str) -> None:
    """Fill a layer norm from ``<prefix>.weight`` and ``<prefix>.bias``."""
    spec.gamma = arrays[f"{prefix}.weight"]
    spec.beta = arrays[f"{prefix}.bias"]

"""How much memory a run needs, by arithmetic on the model's shape; nothing is loaded for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from finetune.config import FinetuneConfig

GIB = 2**30
NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""A 4-bit weight with its share of the 8-bit block scales (64 weights each) and of their scales."""
NF4_BYTES_SINGLE = 0.5 + 4 / 64
FIXED_BYTES = 0.8 * GIB
"""Library contexts, kernels' workspace and what the allocator holds in fragments."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a decoder that memory and arithmetic depend on."""

    layers: int
    hidden: int
    intermediate: int
    kv_width: int
    vocabulary: int
    tied: bool

    @classmethod
    def of(cls, config: Any) -> Shape:
        """The shape that a transformers configuration states."""
        heads = config.num_attention_heads
        head = getattr(config, "head_dim", None) or config.hidden_size // heads
        return cls(
            layers=config.num_hidden_layers,
            hidden=config.hidden_size,
            intermediate=config.intermediate_size,
            kv_width=head * getattr(config, "num_key_value_heads", heads),
            vocabulary=config.vocab_size,
            tied=bool(getattr(config, "tie_word_embeddings", False)),
        )

    @property
    def linear_weights(self) -> int:
        """Weights of the layers' matrices: what is quantized and what an adapter is put on."""
        attention = 2 * self.hidden * self.hidden + 2 * self.hidden * self.kv_width
        return self.layers * (attention + 3 * self.hidden * self.intermediate)

    @property
    def embedding_weights(self) -> int:
        """Weights of embedding and head, once where they are tied."""
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    def adapter_weights(self, rank: int) -> int:
        """Weights of a LoRA adapter on every matrix of the layers."""
        h, i, kv = self.hidden, self.intermediate, self.kv_width
        return self.layers * rank * (2 * (h + h) + 2 * (h + kv) + 3 * (h + i))


@dataclass(frozen=True, slots=True)
class EyesShape:
    """What the frozen eyes of a multimodal run hold: their weights, and the numbers that are alive at once
    while a clip is seen (one clip after the other)."""

    weights: int
    seeing: int


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes of one process; `total` is their sum and the fixed part. `eyes` is 0 without clips."""

    base: float
    adapter: float
    activations: float
    eyes: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.base + self.adapter + self.activations + self.eyes + FIXED_BYTES

    def sentence(self) -> str:
        """The sum in words, for the operator."""
        parts = [
            ("base weights", self.base),
            ("adapter, gradients and optimizer", self.adapter),
            ("activations", self.activations),
            *([("clips and what sees them", self.eyes)] if self.eyes else []),
            ("libraries", FIXED_BYTES),
        ]
        listed = " + ".join(f"{value / GIB:.1f} ({name})" for name, value in parts)
        return f"{listed} = {self.total / GIB:.1f} GiB"


def estimate(
    config: FinetuneConfig, shape: Shape, number_bytes: int, eyes: EyesShape | None = None
) -> MemoryEstimate:
    """What one process of a run holds at its peak.

    Args:
        eyes: of a multimodal run; in the model's number type.
        number_bytes: bytes of one number in the type the model computes in (2 or 4).
    """
    stored: float = number_bytes
    if config.quant.kind == "nf4":
        stored = NF4_BYTES if config.quant.double_quant else NF4_BYTES_SINGLE
    base = shape.linear_weights * stored + shape.embedding_weights * number_bytes
    # weight and gradient in float32, two moments of the optimizer
    moments = 2 if config.optim.name == "adamw_8bit" else 8
    adapter = shape.adapter_weights(config.lora.rank) * (4 + 4 + moments)
    seen = (eyes.weights + eyes.seeing) * number_bytes if eyes else 0
    return MemoryEstimate(base, adapter, _activations(config, shape, number_bytes), seen)


def _activations(config: FinetuneConfig, shape: Shape, number_bytes: int) -> float:
    tokens = config.optim.batch_size * config.sequence.max_tokens
    # kept for the backward pass: a layer's input; inside a layer about five of its inner width (gate,
    # up, their product, its gradient, the adapter's input) and ten of its outer width
    layer_input = tokens * shape.hidden * number_bytes
    inside = tokens * (5 * shape.intermediate + 10 * shape.hidden) * number_bytes
    dequantized = shape.hidden * shape.intermediate * number_bytes if config.quant.kind == "nf4" else 0
    if config.sequence.gradient_checkpointing:
        return shape.layers * layer_input + inside + dequantized
    return shape.layers * inside + dequantized

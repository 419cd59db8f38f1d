"""BEATs' self-attention: a gated bias for the distance between two patches."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class DistanceBias(nn.Module):
    """A learnt number per head for each bucket of distances; near distances have a bucket each.

    The buckets of T5 (Raffel et al. 2019, arXiv 1910.10683), half for each direction, growing
    logarithmically up to `max_distance`.
    """

    def __init__(self, heads: int, buckets: int, max_distance: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(buckets, heads))
        self._max_distance = max_distance

    def forward(self, length: int) -> Tensor:
        """Biases of the shape (heads, length, length)."""
        places = torch.arange(length, device=self.weight.device)
        distances = places[None, :] - places[:, None]
        return self.weight[self._buckets(distances)].permute(2, 0, 1)

    def _buckets(self, distances: Tensor) -> Tensor:
        per_side = self.weight.shape[0] // 2
        exact = per_side // 2
        far = distances.abs().clamp(min=1).float()
        share = torch.log(far / exact) / math.log(self._max_distance / exact)
        coarse = (exact + (share * (per_side - exact)).long()).clamp(max=per_side - 1)
        buckets = torch.where(distances.abs() < exact, distances.abs(), coarse)
        return buckets + per_side * (distances > 0)


class GatedAttention(nn.Module):
    """Self-attention whose distance bias is scaled by a gate computed from each query.

    The gate of WavLM (Chen et al. 2021, arXiv 2110.13900). The bias itself is the first layer's,
    shared by all: that layer owns the weight, the others are given its values.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)
        self.grep_linear = nn.Linear(width // heads, 8)
        self.grep_a = nn.Parameter(torch.ones(1, heads, 1, 1))

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """New states of the shape (batch, length, width); `bias` is (heads, length, length)."""
        query, key, value = (
            project(states).unflatten(2, (self._heads, -1)).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        attended = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=(self._gate(query) * bias).to(query)
        )
        mixed: Tensor = self.out_proj(attended.transpose(1, 2).flatten(2))
        return mixed

    def _gate(self, query: Tensor) -> Tensor:
        halves = self.grep_linear(query).unflatten(-1, (2, 4)).sum(-1)
        reset, update = torch.sigmoid(halves).chunk(2, dim=-1)
        return reset * (update * self.grep_a - 1.0) + 2.0

"""BEATs: features of sound from its filterbank (Chen et al. 2022, arXiv 2212.09058).

The fine-tuned encoder of the audio-visual checkpoints: patches of 16 x 16, a transformer with
norms after each step and DeepNorm's scaled residuals (arXiv 2203.00555). Inference only: the
tower is frozen, dropout and layer drop are left out. Names follow the published checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.multimodal.videollama2.beats_attention import DistanceBias, GatedAttention

_MEAN = 15.41663
_TWICE_DEVIATION = 2 * 6.55582
_PATCH = 16


@dataclass(frozen=True, slots=True)
class BeatsConfig:
    """BEATs' shape; the defaults are BEATs_iter3+ fine-tuned on AudioSet, which the published models use."""

    embed_dim: int = 512
    encoder_layers: int = 12
    encoder_embed_dim: int = 768
    encoder_ffn_embed_dim: int = 3072
    encoder_attention_heads: int = 12
    conv_pos: int = 128
    conv_pos_groups: int = 16
    num_buckets: int = 320
    max_distance: int = 800
    predictor_class: int = 527


class _PositionConv(nn.Conv1d):
    """A grouped convolution over time whose weight is a direction and a length per tap."""

    def __init__(self, width: int, taps: int, groups: int) -> None:
        super().__init__(width, width, taps, padding=taps // 2, groups=groups)
        direction = self.weight.detach().clone()
        del self.weight
        self.weight_g = nn.Parameter(direction.new_ones(1, 1, taps))
        self.weight_v = nn.Parameter(direction)

    def forward(self, states: Tensor) -> Tensor:
        direction = self.weight_v.float()
        direction = direction * torch.rsqrt(direction.square().sum((0, 1), keepdim=True) + 1e-6)
        weight = self.weight_g * direction.to(self.weight_g)
        return functional.conv1d(states, weight, self.bias, padding=self.padding[0], groups=self.groups)


class _Layer(nn.Module):
    def __init__(self, config: BeatsConfig) -> None:
        super().__init__()
        width = config.encoder_embed_dim
        self.self_attn = GatedAttention(width, config.encoder_attention_heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, config.encoder_ffn_embed_dim)
        self.fc2 = nn.Linear(config.encoder_ffn_embed_dim, width)
        self.final_layer_norm = nn.LayerNorm(width)
        self._residual_scale = (2 * config.encoder_layers) ** 0.25

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        states = self.self_attn_layer_norm(states * self._residual_scale + self.self_attn(states, bias))
        widened = self.fc2(functional.gelu(self.fc1(states)))
        normed: Tensor = self.final_layer_norm(states * self._residual_scale + widened)
        return normed


class _Encoder(nn.Module):
    def __init__(self, config: BeatsConfig) -> None:
        super().__init__()
        self.pos_conv = nn.Sequential(
            _PositionConv(config.encoder_embed_dim, config.conv_pos, config.conv_pos_groups)
        )
        self.layers = nn.ModuleList(_Layer(config) for _ in range(config.encoder_layers))
        first: GatedAttention = self.layers[0].self_attn  # type: ignore[assignment]
        first.relative_attention_bias = DistanceBias(
            config.encoder_attention_heads, config.num_buckets, config.max_distance
        )
        self.layer_norm = nn.LayerNorm(config.encoder_embed_dim)

    def forward(self, states: Tensor) -> Tensor:
        length = states.shape[1]
        around = self.pos_conv(states.transpose(1, 2))[..., :length]  # an even kernel gives one too many
        states = self.layer_norm(states + functional.gelu(around).transpose(1, 2))
        bias = self.layers[0].self_attn.relative_attention_bias(length)  # type: ignore[union-attr, operator]
        for layer in self.layers:
            states = layer(states, bias)
        return states


class Beats(nn.Module):
    """The audio tower. `predictor` is AudioSet's classifier: loaded with the rest, never asked."""

    def __init__(self, config: BeatsConfig | None = None) -> None:
        super().__init__()
        self.config = config or BeatsConfig()
        self.patch_embedding = nn.Conv2d(1, self.config.embed_dim, _PATCH, stride=_PATCH, bias=False)
        self.layer_norm = nn.LayerNorm(self.config.embed_dim)
        self.post_extract_proj: nn.Module = nn.Identity()
        if self.config.embed_dim != self.config.encoder_embed_dim:
            self.post_extract_proj = nn.Linear(self.config.embed_dim, self.config.encoder_embed_dim)
        self.encoder = _Encoder(self.config)
        self.predictor = nn.Linear(self.config.encoder_embed_dim, self.config.predictor_class)
        self.requires_grad_(False)

    def forward(self, filterbank: Tensor) -> Tensor:
        """Features (batch, patches, width) for filterbanks (batch, windows, 128).

        Patches run over the bands first: windows // 16 rows of 8.
        """
        scaled = ((filterbank.float() - _MEAN) / _TWICE_DEVIATION).to(self.layer_norm.weight)
        patches = self.patch_embedding(scaled.unsqueeze(1)).flatten(2).transpose(1, 2)
        features: Tensor = self.encoder(self.post_extract_proj(self.layer_norm(patches)))
        return features

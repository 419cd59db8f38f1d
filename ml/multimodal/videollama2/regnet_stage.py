"""RegNet's stage of bottleneck blocks, with layer norms over the channels and SiLU.

Radosavovic et al. 2020 (arXiv 2003.13678) with squeeze and excitation (arXiv 1709.01507). Names
follow the published checkpoints. Shapes are (batch, channels, height, width) throughout.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_SQUEEZE = 0.25
_EPS = 1e-5


class ChannelNorm(nn.LayerNorm):
    """A layer norm over the channels of each place."""

    def forward(self, maps: Tensor) -> Tensor:
        return super().forward(maps.movedim(1, -1)).movedim(-1, 1)


class ConvNorm(nn.Module):
    """A convolution without bias, then a norm over the channels."""

    def __init__(self, channels: int, out: int, kernel: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, padding=kernel // 2, groups=groups, bias=False)
        self.bn = ChannelNorm(out, eps=_EPS)

    def forward(self, maps: Tensor) -> Tensor:
        normed: Tensor = self.bn(self.conv(maps))
        return normed


class SqueezeExcite(nn.Module):
    """Scale each channel by a gate computed from the means of all."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, maps: Tensor) -> Tensor:
        gate = self.fc2(functional.silu(self.fc1(maps.mean((2, 3), keepdim=True))))
        return maps * torch.sigmoid(gate)


class Bottleneck(nn.Module):
    """1x1, depthwise 3x3, squeeze and excitation, 1x1, and the way around it.

    The gate is squeezed to a quarter of the channels that come in, not of those inside.
    """

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(channels, out)
        self.conv2 = ConvNorm(out, out, kernel=3, groups=out)
        self.se = SqueezeExcite(out, round(_SQUEEZE * channels))
        self.conv3 = ConvNorm(out, out)
        self.downsample: nn.Module = ConvNorm(channels, out) if channels != out else nn.Identity()

    def forward(self, maps: Tensor) -> Tensor:
        inside = functional.silu(self.conv1(maps))
        inside = self.se(functional.silu(self.conv2(inside)))
        return functional.silu(self.conv3(inside) + self.downsample(maps))


class RegNetStage(nn.Sequential):
    """`depth` bottlenecks called b1, b2, ...; the first one changes the number of channels."""

    def __init__(self, channels: int, out: int, depth: int) -> None:
        super().__init__()
        for number in range(depth):
            self.add_module(f"b{number + 1}", Bottleneck(channels if number == 0 else out, out))

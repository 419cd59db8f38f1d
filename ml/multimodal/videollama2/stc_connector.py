"""The connector: patch features of all frames to the tokens that stand for a clip.

Spatial-temporal convolution of VideoLLaMA 2 (Cheng et al. 2024, arXiv 2406.07476): mix places,
halve time, height and width, mix places again, project to the language model's width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

from ml.errors import ErrorCode, PermanentError
from ml.multimodal.videollama2.regnet_stage import RegNetStage


@dataclass(frozen=True, slots=True)
class ConnectorShape:
    """Blocks per stage, the step in time, height and width, and the padding around all three."""

    depth: int
    step: tuple[int, int, int]
    padding: int


CONNECTORS = {
    "stc_connector": ConnectorShape(depth=4, step=(2, 2, 2), padding=1),
    "stc_connector_v35": ConnectorShape(depth=4, step=(2, 2, 2), padding=0),
    "spatial_conv": ConnectorShape(depth=0, step=(1, 2, 2), padding=1),
}


class Connector(nn.Module):
    """Turns (clips, frames, patches, vision width) into (clips, tokens, hidden width).

    Args:
        connector_type: one of `CONNECTORS`.
        vision_size: the width of a patch's feature.
        hidden_size: the width of the language model.
    """

    def __init__(self, connector_type: str, vision_size: int, hidden_size: int) -> None:
        super().__init__()
        shape = CONNECTORS[connector_type]
        if shape.depth == 0 and vision_size != hidden_size:
            raise PermanentError(
                ErrorCode.VALIDATION_ERROR,
                f"The connector {connector_type} needs a language model as wide as its vision tower "
                f"({vision_size}), not {hidden_size}.",
            )
        deep = shape.depth > 0
        self.hidden_size = hidden_size
        self.s1: nn.Module = RegNetStage(vision_size, hidden_size, shape.depth) if deep else nn.Identity()
        self.sampler = nn.Sequential(
            nn.Conv3d(hidden_size, hidden_size, shape.step, stride=shape.step, padding=shape.padding),
            nn.SiLU(),
        )
        self.s2: nn.Module = RegNetStage(hidden_size, hidden_size, shape.depth) if deep else nn.Identity()
        self.readout = nn.Sequential(
            nn.Linear(hidden_size, hidden_size), nn.GELU(), nn.Linear(hidden_size, hidden_size)
        )

    def forward(self, features: Tensor) -> Tensor:
        clips, frames = features.shape[:2]
        mixed = self.s1(_as_maps(features))
        mixed = mixed.unflatten(0, (clips, frames)).transpose(1, 2)
        sampled = self.sampler(mixed).transpose(1, 2)  # clips, time, channels, height, width
        maps = self.s2(sampled.flatten(0, 1)).unflatten(0, sampled.shape[:2])
        tokens: Tensor = self.readout(maps.movedim(2, -1).flatten(1, 3))
        return tokens

    def first_stage(self, features: Tensor) -> Tensor:
        """What the first stage makes of (clips, frames, patches, width): (clips x frames, channels, h, w)."""
        staged: Tensor = self.s1(_as_maps(features))
        return staged


def _as_maps(features: Tensor) -> Tensor:
    side = math.isqrt(features.shape[2])
    if side * side != features.shape[2]:
        raise PermanentError(
            ErrorCode.VALIDATION_ERROR, f"{features.shape[2]} patches are no square; the connector needs one."
        )
    return features.flatten(0, 1).transpose(1, 2).unflatten(2, (side, side))

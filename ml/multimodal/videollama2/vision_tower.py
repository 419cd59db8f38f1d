"""The vision tower: frames to one feature per patch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ml.multimodal.videollama2.towers import TowerSpec


class VisionTower(nn.Module):
    """CLIP's or SigLIP's picture half, read at an inner layer. Frozen: the models are trained around it.

    CLIP's class token is dropped, SigLIP has none.
    """

    def __init__(self, tower: TowerSpec, select_layer: int) -> None:
        super().__init__()
        from transformers import CLIPVisionConfig, CLIPVisionModel, SiglipVisionConfig, SiglipVisionModel

        if tower.kind == "clip":
            config: Any = CLIPVisionConfig(**tower.network)
            config._attn_implementation = "sdpa"
            self.encoder: Any = CLIPVisionModel(config)
        else:
            config = SiglipVisionConfig(**tower.network)
            config._attn_implementation = "sdpa"
            self.encoder = SiglipVisionModel(config)
        self._skipped_tokens = 1 if tower.kind == "clip" else 0
        self._select_layer = select_layer
        self.requires_grad_(False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Features of the shape (frames, patches, width) for pixels (frames, 3, height, width)."""
        with torch.no_grad():
            seen = self.encoder(pixels, output_hidden_states=True)
        features: Tensor = seen.hidden_states[self._select_layer]
        return features[:, self._skipped_tokens :]

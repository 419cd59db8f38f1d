"""The model: towers and connector before a causal language model of transformers.

The language model is a part, not a base class, so that any form of it will do: in 16 bits, in
4 bits of bitsandbytes, with a LoRA adapter of peft around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from ml.errors import ErrorCode, PermanentError
from ml.multimodal.videollama2.beats import Beats
from ml.multimodal.videollama2.config import AudioConfig, VideoLlama2Config
from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.stc_connector import Connector
from ml.multimodal.videollama2.token_merging import MergedInputs, merge_tokens
from ml.multimodal.videollama2.towers import TowerSpec
from ml.multimodal.videollama2.vision_tower import VisionTower

Media = Sequence[Medium | None]


class VideoLlama2Model(nn.Module):
    """VideoLLaMA2 around a given language model.

    Args:
        spec: the shape of the parts.
        tower: the vision tower's shape.
        language_model: any causal language model of transformers of the spec's width.

    Raises:
        PermanentError: `validation_error`; tower, connector and language model differ in width.
    """

    def __init__(self, spec: VideoLlama2Config, tower: TowerSpec, language_model: Any) -> None:
        super().__init__()
        if tower.width != spec.vision_size:
            raise _widths(f"the vision tower gives {tower.width}, the connector takes {spec.vision_size}")
        if (width := language_model.config.hidden_size) != spec.hidden_size:
            raise _widths(
                f"the connector feeds a language model of width {spec.hidden_size}, this one's is {width}"
                " (the connector of VideoLLaMA2-7B-16F has Mistral's 4096; Qwen2.5-7B needs that of"
                " VideoLLaMA2.1-7B-16F, 3584)"
            )
        self.spec = spec
        self.tower = tower
        self.language_model = language_model
        self.vision_tower = VisionTower(tower, spec.select_layer)
        self.connector = Connector(spec.connector_type, spec.vision_size, spec.hidden_size)
        self.audio_tower: Beats | None = None
        self.audio_projector: nn.Sequential | None = None
        if spec.audio is not None:
            self.audio_tower = Beats()
            self.audio_projector = _audio_projector(spec.audio, spec.hidden_size)

    @property
    def config(self) -> Any:
        """The language model's configuration, where trainers look for it."""
        return self.language_model.config

    @property
    def device(self) -> torch.device:
        """Where the connector is; media are moved there."""
        return self.connector.readout[0].weight.device  # type: ignore[return-value]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        media: Media = (),
        **options: Any,
    ) -> Any:
        """The language model's output (with `loss` where labels are given) over the merged tokens.

        Args:
            input_ids: (rows, length) with placeholders of `token_merging`.
            attention_mask: (rows, length).
            labels: (rows, length); -100 is not learnt.
            media: one per placeholder in the order of the rows, and one (or None) for each row of
                text alone in a batch that has any.
            options: passed to the language model.
        """
        merged = self.merge(input_ids, attention_mask=attention_mask, labels=labels, media=media)
        return self.language_model(
            inputs_embeds=merged.embeddings,
            attention_mask=merged.attention_mask,
            labels=merged.labels,
            **options,
        )

    @torch.no_grad()
    def generate(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, media: Media = (), **options: Any
    ) -> Tensor:
        """The new tokens only, (rows, new tokens); `options` as for `generate` of transformers."""
        merged = self.merge(input_ids, attention_mask=attention_mask, media=media, padding_side="left")
        tokens: Tensor = self.language_model.generate(
            inputs_embeds=merged.embeddings, attention_mask=merged.attention_mask, **options
        )
        return tokens

    def merge(
        self,
        input_ids: Tensor,
        *,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
        media: Media = (),
        padding_side: Literal["right", "left"] = "right",
    ) -> MergedInputs:
        """What the language model reads for a batch; see `token_merging.merge_tokens`."""
        return merge_tokens(
            self.language_model.get_input_embeddings(),
            input_ids,
            self.encode(media),
            attention_mask=attention_mask,
            labels=labels,
            padding_side=padding_side,
        )

    def encode(self, media: Media) -> list[Tensor | None]:
        """Each medium's tokens, (tokens, hidden width); a clip's sound follows its pictures."""
        return [None if medium is None else self._tokens(medium) for medium in media]

    def frame_features(self, pixels: Tensor) -> Tensor:
        """The vision tower's features, (frames, patches, vision width), for (frames, 3, height, width)."""
        features: Tensor = self.vision_tower(pixels.to(self.device, self._dtype))
        return features

    def activation_checkpointing_enable(
        self, activation_checkpointing_kwargs: dict[str, Any] | None = None, **options: Any
    ) -> None:
        """Keep only the inputs of the language model's layers and compute the rest again for gradients."""
        self.language_model.activation_checkpointing_enable(
            activation_checkpointing_kwargs=activation_checkpointing_kwargs or {"use_reentrant": False},
            **options,
        )

    def activation_checkpointing_disable(self) -> None:
        """Keep all activations again."""
        self.language_model.activation_checkpointing_disable()

    @property
    def is_activation_checkpointing(self) -> bool:
        """Whether activations are computed again; trainers ask."""
        return bool(self.language_model.is_activation_checkpointing)

    @property
    def _dtype(self) -> torch.dtype:
        return self.connector.readout[0].weight.dtype  # type: ignore[return-value]

    def _tokens(self, medium: Medium) -> Tensor:
        parts = []
        if medium.pixels is not None:
            features = self.frame_features(medium.pixels)
            if medium.kind == "image":
                features = features.expand(self.spec.num_frames, -1, -1)
            parts.append(self.connector(features.unsqueeze(0))[0])
        if medium.filterbank is not None:
            parts.append(self._sound_tokens(medium.filterbank))
        return torch.cat(parts)

    def _sound_tokens(self, filterbank: Tensor) -> Tensor:
        if self.audio_tower is None or self.audio_projector is None:
            raise PermanentError(
                ErrorCode.VALIDATION_ERROR, "This checkpoint has no audio branch: it cannot hear."
            )
        heard = self.audio_tower(filterbank.to(self.device).unsqueeze(0))
        tokens: Tensor = self.audio_projector(heard)[0]
        return tokens


def _audio_projector(audio: AudioConfig, hidden_size: int) -> nn.Sequential:
    if audio.output_size != hidden_size:
        raise _widths(
            f"the audio projector gives {audio.output_size}, the language model is {hidden_size} wide"
        )
    if audio.projector_type != "mlp2x_gelu":
        raise PermanentError(
            ErrorCode.VALIDATION_ERROR,
            f"The audio projector {audio.projector_type!r} is not built, only mlp2x_gelu.",
        )
    return nn.Sequential(
        nn.Linear(audio.feature_size, audio.output_size),
        nn.GELU(),
        nn.Linear(audio.output_size, audio.output_size),
    )


def _widths(why: str) -> PermanentError:
    return PermanentError(ErrorCode.VALIDATION_ERROR, f"The parts do not fit together: {why}.")

"""Whole models: read from a published checkpoint, or put together around a language model for training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml.errors import BackendNotInstalled
from ml.multimodal.videollama2.checkpoint import PARTS_PREFIXES, VISION_PREFIX, StrictLoader
from ml.multimodal.videollama2.checkpoint_files import read_tensors, weight_files
from ml.multimodal.videollama2.config import VideoLlama2Config
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.towers import TowerSpec, find_tower

_CONNECTOR_FILE = "mm_projector.bin"
_AUDIO_FILES = ("audio_tower.bin", "mm_projector_a.bin")
_AUDIO_PARTS = ("audio_tower.", "audio_projector.")
_SEEING_PARTS = ("vision_tower.", "connector.")


def empty_model(spec: VideoLlama2Config, tower: TowerSpec) -> VideoLlama2Model:
    """The model of a shape with its weights on torch's meta device: no memory, no values."""
    from accelerate import init_empty_weights

    with init_empty_weights(include_buffers=False):
        return VideoLlama2Model(spec, tower, _language_model(spec))


def load_model(
    folder: Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
    vision_folder: Path | None = None,
) -> VideoLlama2Model:
    """A model from a published checkpoint's folder, ready to answer.

    Args:
        folder: `config.json` and the weights, as published.
        dtype: what the weights become; None keeps the file's.
        vision_folder: the vision tower's configuration, where it is none of the published models'.

    Raises:
        BackendNotInstalled: files are missing or damaged, or the weights are not this model's.
        PermanentError: `validation_error`; the configuration is none that this package builds.
    """
    spec = VideoLlama2Config.from_folder(folder)
    model = empty_model(spec, tower_of(spec, folder, vision_folder))
    loader = StrictLoader(model, dtype=dtype, device=device)
    for file in weight_files(folder):
        loader.take(read_tensors(file))
    if spec.audio is not None and not loader.has_given(_AUDIO_PARTS):
        for name in _AUDIO_FILES:
            if (folder / name).is_file():
                loader.take(read_tensors(folder / name))
    tied = bool(spec.language.get("tie_word_embeddings"))
    loader.finish(
        f"The checkpoint {folder.name}", may_lack=("language_model.lm_head.weight",) if tied else ()
    )
    if tied:
        model.language_model.tie_weights()
    _take_generation_defaults(model.language_model, folder)
    return model.to(device).eval()


def compose(
    language_model: Any,
    donor: Path,
    *,
    vision_folder: Path | None = None,
    with_audio: bool = False,
    dtype: torch.dtype | None = None,
) -> VideoLlama2Model:
    """A language model of one's own behind the eyes of a VideoLLaMA2 checkpoint, for fine-tuning.

    For Qwen2.5-7B-Instruct the donor is VideoLLaMA2.1-7B-16F (SigLIP, stc_connector_v35). The
    connector is trainable, the vision tower frozen, the language model as it was given.

    Args:
        language_model: a causal language model of transformers, in 16 bits or quantized to 4.
        donor: a checkpoint with vision tower and connector, or a -Base one with `mm_projector.bin`.
        vision_folder: the vision tower itself (CLIP's or SigLIP's folder), for a -Base donor.
        with_audio: take the donor's audio branch too.
        dtype: of the parts taken from the donor; absent, as in its files.

    Raises:
        PermanentError: `validation_error`; the donor's connector is made for another width.
        BackendNotInstalled: the donor lacks a part.
    """
    from accelerate import init_empty_weights

    spec = VideoLlama2Config.from_folder(donor)
    if with_audio and spec.audio is None:
        raise BackendNotInstalled(f"The checkpoint {donor.name} has no audio branch.")
    spec = replace(spec, audio=spec.audio if with_audio else None)
    with init_empty_weights(include_buffers=False):
        model = VideoLlama2Model(spec, tower_of(spec, donor, vision_folder), language_model)
    parts = _SEEING_PARTS + (_AUDIO_PARTS if with_audio else ())
    device = language_model.get_input_embeddings().weight.device
    loader = StrictLoader(model, dtype=dtype, device=device, only=parts)
    if (donor / _CONNECTOR_FILE).is_file():
        loader.take(read_tensors(donor / _CONNECTOR_FILE))
        loader.take(_tower_tensors(spec, vision_folder))
    else:
        for file in weight_files(donor):
            loader.take(read_tensors(file, PARTS_PREFIXES))
    if with_audio and not loader.has_given(_AUDIO_PARTS):
        for name in _AUDIO_FILES:
            loader.take(read_tensors(donor / name))
    loader.finish(f"The checkpoint {donor.name}")
    for part in parts:  # the language model stays where it is: a quantized one cannot be moved
        getattr(model, part.rstrip(".")).to(device)
    return model


def add_lora(model: VideoLlama2Model, lora_config: Any) -> VideoLlama2Model:
    """Put a LoRA adapter of peft on the language model, which is frozen by that; towers are not touched."""
    from peft import get_peft_model

    model.language_model = get_peft_model(model.language_model, lora_config)
    return model


def _language_model(spec: VideoLlama2Config) -> Any:
    from transformers import MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM

    fields = dict(spec.language)
    if spec.language_kind == "mistral":
        return MistralForCausalLM(MistralConfig(**fields))
    return Qwen2ForCausalLM(Qwen2Config(**fields))


def tower_of(spec: VideoLlama2Config, folder: Path, vision_folder: Path | None) -> TowerSpec:
    """The shape of a checkpoint's vision tower: of the folder given, beside it, or of the published ones."""
    if vision_folder is not None:
        return TowerSpec.from_folder(vision_folder)
    return find_tower(spec.vision_tower, folder, folder.parent)


def _tower_tensors(spec: VideoLlama2Config, vision_folder: Path | None) -> Iterator[tuple[str, Tensor]]:
    if vision_folder is None:
        raise BackendNotInstalled(
            f"A -Base checkpoint holds the connector only; give the folder of {spec.vision_tower} as well."
        )
    for file in weight_files(vision_folder):
        for name, tensor in read_tensors(file, ("vision_model.",)):
            yield f"{VISION_PREFIX}vision_tower.{name}", tensor


def _take_generation_defaults(language_model: Any, folder: Path) -> None:
    if (folder / "generation_config.json").is_file():
        from transformers import GenerationConfig

        language_model.generation_config = GenerationConfig.from_pretrained(str(folder))

"""What a checkpoint's `config.json` says about its parts.

The published files are configurations of transformers' Mistral or Qwen2 with `mm_*` fields added;
only the fields that shape the network are read, so that files of any transformers version do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError

LanguageKind = Literal["mistral", "qwen2"]

_LANGUAGE_KINDS: dict[str, LanguageKind] = {
    "videollama2": "mistral",
    "videollama2_mistral": "mistral",
    "videollama2_qwen2": "qwen2",
}
_LANGUAGE_FIELDS = (
    "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads "
    "head_dim hidden_act max_position_embeddings initializer_range rms_norm_eps rope_theta sliding_window "
    "attention_dropout tie_word_embeddings bos_token_id eos_token_id pad_token_id"
).split()
_QWEN2_FIELDS = ("use_sliding_window", "max_window_layers")
CONNECTOR_TYPES = ("stc_connector", "stc_connector_v35", "spatial_conv")


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """The audio branch: BEATs features of `feature_size`, projected to `output_size` by an MLP."""

    projector_type: str
    feature_size: int
    output_size: int


@dataclass(frozen=True, slots=True)
class VideoLlama2Config:
    """The shape of one VideoLLaMA2 model.

    `select_layer` counts the vision tower's hidden states as transformers does (-2: the last layer
    but one). `num_frames` is how many frames stand for a clip; a picture is repeated that often.
    """

    language_kind: LanguageKind
    language: Mapping[str, Any]
    vision_tower: str
    connector_type: str
    vision_size: int
    hidden_size: int
    select_layer: int = -2
    select_feature: str = "patch"
    num_frames: int = 8
    audio: AudioConfig | None = None

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> VideoLlama2Config:
        """Read a `config.json`.

        Raises:
            PermanentError: `validation_error`; the language model, the connector or the feature
                selection is none of those this package builds, or a field is missing.
        """
        kind = _LANGUAGE_KINDS.get(str(raw.get("model_type")))
        if kind is None:
            raise _unfit(f"model_type is {raw.get('model_type')!r}, not one of {', '.join(_LANGUAGE_KINDS)}")
        connector = raw.get("mm_projector_type")
        if connector not in CONNECTOR_TYPES:
            raise _unfit(f"mm_projector_type is {connector!r}, not one of {', '.join(CONNECTOR_TYPES)}")
        if (feature := raw.get("mm_vision_select_feature", "patch")) != "patch":
            raise _unfit(f"mm_vision_select_feature is {feature!r}, only 'patch' is built")
        fields = _LANGUAGE_FIELDS if kind == "mistral" else (*_LANGUAGE_FIELDS, *_QWEN2_FIELDS)
        try:
            return cls(
                language_kind=kind,
                language={name: raw[name] for name in fields if name in raw},
                vision_tower=str(raw["mm_vision_tower"]),
                connector_type=str(connector),
                vision_size=int(raw["mm_hidden_size"]),
                hidden_size=int(raw["hidden_size"]),
                select_layer=int(raw.get("mm_vision_select_layer", -2)),
                num_frames=int(raw.get("num_frames") or 8),
                audio=_audio(raw),
            )
        except KeyError as error:
            raise _unfit(f"the field {error} is missing") from None

    @classmethod
    def from_folder(cls, folder: Path) -> VideoLlama2Config:
        """Read `folder/config.json`."""
        return cls.from_dict(read_json(folder / "config.json"))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        BackendNotInstalled: the file is missing.
        PermanentError: `validation_error`; it holds no JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackendNotInstalled(f"{path.name} is missing in {path.parent.name}.") from None
    except (OSError, ValueError):
        raise PermanentError(ErrorCode.VALIDATION_ERROR, f"{path.name} cannot be read as JSON.") from None
    if not isinstance(found, dict):
        raise PermanentError(ErrorCode.VALIDATION_ERROR, f"{path.name} holds no JSON object.")
    return found


def _audio(raw: Mapping[str, Any]) -> AudioConfig | None:
    if not raw.get("mm_audio_tower"):
        return None
    return AudioConfig(
        projector_type=str(raw.get("mm_projector_a_type", "linear")),
        feature_size=int(raw["mm_hidden_size_a"]),
        output_size=int(raw["hidden_size_a"]),
    )


def _unfit(why: str) -> PermanentError:
    return PermanentError(ErrorCode.VALIDATION_ERROR, f"This is no VideoLLaMA2 configuration: {why}.")

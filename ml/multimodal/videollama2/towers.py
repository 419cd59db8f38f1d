"""The shapes of the vision towers that the published models use, and how pictures are prepared for them.

A VideoLLaMA2 checkpoint holds its tower's weights but not its configuration; that is read from a
folder of the tower (`config.json`, `preprocessor_config.json`) or, for the two towers of the
published models, taken from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError
from ml.multimodal.videollama2.config import read_json

TowerKind = Literal["clip", "siglip"]

_NETWORK_FIELDS = (
    "hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size "
    "hidden_act layer_norm_eps attention_dropout"
).split()
_PICTURE_FIELDS = (
    "do_resize size resample do_center_crop crop_size do_rescale rescale_factor do_normalize image_mean "
    "image_std do_convert_rgb"
).split()
_KINDS: dict[str, TowerKind] = {
    "clip_vision_model": "clip",
    "clip": "clip",
    "siglip_vision_model": "siglip",
    "siglip": "siglip",
}


@dataclass(frozen=True, slots=True)
class TowerSpec:
    """One vision tower: its network's fields and its picture processor's, in transformers' words."""

    kind: TowerKind
    network: Mapping[str, Any]
    pictures: Mapping[str, Any]

    @property
    def width(self) -> int:
        """The size of a patch's feature."""
        return int(self.network["hidden_size"])

    @classmethod
    def from_folder(cls, folder: Path) -> TowerSpec:
        """Read a tower's folder; a CLIP or SigLIP folder with its text half too is understood.

        Raises:
            PermanentError: `validation_error`; the tower is neither CLIP nor SigLIP.
            BackendNotInstalled: a file is missing.
        """
        raw = read_json(folder / "config.json")
        kind = _KINDS.get(str(raw.get("model_type")))
        if kind is None:
            raise PermanentError(
                ErrorCode.VALIDATION_ERROR,
                f"The vision tower {folder.name} is a {raw.get('model_type')!r}, neither CLIP nor SigLIP.",
            )
        network = raw.get("vision_config", raw)
        return cls(
            kind=kind,
            network={name: network[name] for name in _NETWORK_FIELDS if name in network},
            pictures=picture_fields(read_json(folder / "preprocessor_config.json")),
        )


def picture_fields(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `preprocessor_config.json` that change pixels."""
    return {name: raw[name] for name in _PICTURE_FIELDS if name in raw}


CLIP_L_336 = TowerSpec(
    kind="clip",
    network={
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "image_size": 336,
        "patch_size": 14,
        "hidden_act": "quick_gelu",
    },
    pictures={
        "size": {"shortest_edge": 336},
        "crop_size": {"height": 336, "width": 336},
        "resample": 3,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    },
)
SIGLIP_SO400M_384 = TowerSpec(
    kind="siglip",
    network={
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "num_hidden_layers": 27,
        "num_attention_heads": 16,
        "image_size": 384,
        "patch_size": 14,
        "hidden_act": "gelu_pytorch_tanh",
        "layer_norm_eps": 1e-6,
    },
    pictures={
        "size": {"height": 384, "width": 384},
        "resample": 3,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    },
)
KNOWN_TOWERS = {"clip-vit-large-patch14-336": CLIP_L_336, "siglip-so400m-patch14-384": SIGLIP_SO400M_384}


def find_tower(name: str, *folders: Path) -> TowerSpec:
    """The tower called `name` in a configuration: a folder of that name in one of `folders`, or a known one.

    Raises:
        BackendNotInstalled: there is neither.
    """
    last = Path(name).name
    for folder in folders:
        for candidate in (folder / name, folder / last):
            if (candidate / "config.json").is_file():
                return TowerSpec.from_folder(candidate)
    if last in KNOWN_TOWERS:
        return KNOWN_TOWERS[last]
    raise BackendNotInstalled(
        f"The vision tower {last!r} is not known; put its config.json and preprocessor_config.json into a "
        "folder of that name beside the checkpoint."
    )

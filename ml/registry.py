"""A registry of backends: names to dotted paths, imported on first use."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar, cast

from ml.errors import BackendNotInstalled

T = TypeVar("T")


class Registry(Generic[T]):
    """Builds a backend by name.

    ``Registry("transcriber", {"faster_whisper": "ml.asr.faster_whisper.FasterWhisper"})``
    imports the module only when ``build("faster_whisper", ...)`` is called, so that a
    process which needs one backend never loads the libraries of the others.
    """

    def __init__(self, kind: str, paths: Mapping[str, str]) -> None:
        self.kind = kind
        self._paths = dict(paths)

    def names(self) -> list[str]:
        """The known backend names, sorted."""
        return sorted(self._paths)

    def load(self, name: str) -> type[T]:
        """The backend's class.

        Raises:
            KeyError: the name is unknown; the message lists the known ones.
            BackendNotInstalled: the backend's library is missing.
        """
        if name not in self._paths:
            raise KeyError(f"unknown {self.kind} {name!r}; known: {', '.join(self.names())}")
        module_path, class_name = self._paths[name].rsplit(".", 1)
        try:
            module = import_module(module_path)
        except ModuleNotFoundError as error:
            raise BackendNotInstalled(
                f"The {self.kind} {name!r} needs the library {error.name!r}, which is not installed."
            ) from error
        return cast("type[T]", getattr(module, class_name))

    def build(self, name: str, **options: Any) -> T:
        """Import the backend and construct it with its options."""
        return self.load(name)(**options)

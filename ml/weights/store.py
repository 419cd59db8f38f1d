"""Where model files lie on this machine.

A model is a folder ``<root>/<name>/`` that holds its files and, written last, a
``COMPLETE.json`` with each file's size and sha256. A folder without it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.errors import BackendNotInstalled

RECEIPT = "COMPLETE.json"


@dataclass(frozen=True, slots=True)
class WeightStore:
    """The model folder of this installation (``$VAR_DIR/models`` unless MODELS_DIR is set)."""

    root: Path

    def path(self, name: str) -> Path:
        """The complete folder of a model.

        Raises:
            BackendNotInstalled: `model_not_available`; the sentence names the command that gets it.
        """
        folder = self.root / name
        if not (folder / RECEIPT).is_file():
            raise BackendNotInstalled(
                f"The model {name!r} is not on this machine. Get it with: python manage.py fetch_models {name}"
            )
        return folder

    def has(self, name: str) -> bool:
        """Whether the model is there, complete."""
        return (self.root / name / RECEIPT).is_file()

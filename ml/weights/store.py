"""Where model files lie on this machine.

A model is a folder ``<root>/<name>/`` that holds its files and, written last, a
``COMPLETE.json`` with each file's size and sha256. A folder without it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ml.errors import BackendNotInstalled
from ml.weights import receipt as receipts
from ml.weights.receipt import RECEIPT

__all__ = ["RECEIPT", "WeightStore"]


@dataclass(frozen=True, slots=True)
class WeightStore:
    """The model folder of this installation (``$VAR_DIR/models`` unless MODELS_DIR is set)."""

    root: Path

    def path(self, name: str) -> Path:
        """The complete folder of a model; quick: it compares sizes with the receipt, no hashes.

        Raises:
            BackendNotInstalled: `model_not_available`: the model is missing or a file of it is
                damaged; the sentence names the command that gets it.
        """
        folder = self.root / name
        receipt = self._receipt(name)
        damaged = receipts.wrong_size(folder, receipt)
        if damaged is not None:
            raise _damaged(name, damaged)
        return folder

    def has(self, name: str) -> bool:
        """Whether the model is there, complete, every file with its size."""
        try:
            self.path(name)
        except BackendNotInstalled:
            return False
        return True

    def verify(self, name: str) -> Path:
        """Like `path`, but reads every byte and compares the hashes (seconds for large models).

        Raises:
            BackendNotInstalled: `model_not_available`: the model is missing or damaged.
        """
        folder = self.root / name
        damaged = receipts.wrong_content(folder, self._receipt(name))
        if damaged is not None:
            raise _damaged(name, damaged)
        return folder

    def _receipt(self, name: str) -> receipts.Receipt:
        receipt = receipts.read(self.root / name)
        if receipt is None:
            raise BackendNotInstalled(
                f"The model {name!r} is not on this machine. "
                f"Get it with: python manage.py fetch_models {name}"
            )
        return receipt


def _damaged(name: str, file: str) -> BackendNotInstalled:
    return BackendNotInstalled(
        f"The model {name!r} is damaged: its file {file!r} is missing or not as it was fetched. "
        f"Get it again with: python manage.py fetch_models {name}"
    )

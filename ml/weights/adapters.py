"""Trained adapters of this installation, and which of them may serve.

A folder holds one PEFT adapter for each name. `promotions.jsonl` beside them is append-only: a line
for each adapter that was found better than the one before it. An adapter serves only with such a
line for exactly its weights, so that a file put into the folder by hand changes nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from ml.errors import BackendNotInstalled
from ml.schemas.base import Record
from ml.weights.receipt import sha256_of

WEIGHTS, CONFIG, PROMOTIONS = "adapter_model.safetensors", "adapter_config.json", "promotions.jsonl"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Promotion(Record):
    """That an adapter beat another on one scorecard. `compared_with` is the adapter before it, empty for
    the bare base model; `scores` and `scores_before` are the metrics that were compared."""

    name: str
    sha256: str
    compared_with: str
    data_sha256: str
    scores: dict[str, float]
    scores_before: dict[str, float]
    promoted_at: AwareDatetime


class AdapterStore:
    """The adapters below a folder.

    Args:
        root: holds `<name>/adapter_model.safetensors` and `<name>/adapter_config.json`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """The adapters that are here, sorted."""
        return sorted(path.parent.name for path in self.root.glob(f"*/{CONFIG}"))

    def path(self, name: str) -> Path:
        """The folder of an adapter.

        Raises:
            BackendNotInstalled: There is none of this name, or a file of it is missing.
        """
        folder = self.root / name
        if not _NAME.fullmatch(name) or not all((folder / file).is_file() for file in (WEIGHTS, CONFIG)):
            known = ", ".join(self.names()) or "none"
            raise BackendNotInstalled(f"There is no adapter {name!r}. Here are: {known}.")
        return folder

    def promoted_path(self, name: str) -> Path:
        """The folder of an adapter that may serve.

        Raises:
            BackendNotInstalled: It is not here, or was not promoted with these weights.
        """
        folder = self.path(name)
        if self.promotion(name) is None:
            raise BackendNotInstalled(
                f"The adapter {name!r} was not promoted: `finetune_promote` compares it first."
            )
        return folder

    def promotion(self, name: str) -> Promotion | None:
        """The latest promotion of this adapter with the weights it has now."""
        sha256 = sha256_of(self.path(name) / WEIGHTS)
        found = [p for p in self.promotions() if p.name == name and p.sha256 == sha256]
        return found[-1] if found else None

    def promotions(self) -> list[Promotion]:
        """All promotions, oldest first; a line that was torn by a crash is passed over."""
        try:
            lines = (self.root / PROMOTIONS).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        promotions = []
        for line in lines:
            try:
                promotions.append(Promotion.model_validate_json(line))
            except ValidationError:
                continue
        return promotions

    def promote(self, promotion: Promotion) -> None:
        """Write down that an adapter may serve from now on."""
        with (self.root / PROMOTIONS).open("a", encoding="utf-8") as stream:
            stream.write(promotion.model_dump_json() + "\n")

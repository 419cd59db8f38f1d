"""Every package and model this project uses stands on the licences page."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.management.commands.licence_table import locked_packages
from ml.weights.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["base.txt", "dev.txt"])
def test_every_locked_package_has_its_licence(lock: str) -> None:
    packages = locked_packages(ROOT / "requirements" / lock)
    assert len(packages) > 20
    assert [name for name, version in packages if f"| {name} | {version} |" not in PAGE] == []


def test_every_model_has_its_licence() -> None:
    assert [name for name in CATALOGUE if f"| {name} |" not in PAGE] == []
    assert "unknown" not in PAGE
    assert "not installed here" not in PAGE

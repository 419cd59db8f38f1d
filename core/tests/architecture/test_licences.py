"""Every package and model this project uses stands on the licences page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.management.commands.licence_table import locked_packages, npm_packages
from ml.weights.catalogue import CATALOGUE

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "lock",
    [
        path.name
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        if path.with_suffix(".in").is_file()
    ],
)
def test_every_locked_package_has_its_licence(lock: str) -> None:
    packages = locked_packages(ROOT / "requirements" / lock)
    assert packages
    assert [name for name, version in packages if f"| {name} | {version} |" not in PAGE] == []


@pytest.mark.parametrize("tools", [False, True])
def test_every_package_of_the_web_ui_has_its_licence(tools: bool) -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = npm_packages(lock, tools)
    assert len(packages) > 20
    assert [
        name for name, version, licence in packages if f"| {name} | {version} | {licence} |" not in PAGE
    ] == []


def test_every_model_has_its_licence() -> None:
    assert [name for name in CATALOGUE if f"| {name} |" not in PAGE] == []
    assert "unknown" not in PAGE
    assert "not installed here" not in PAGE

"""The Kustomize folders of deploy/kubernetes, read as far as the tests need: what they list and name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from core.tests.deploy.compose_file import ROOT

FOLDER = ROOT / "deploy" / "kubernetes"


def documents(path: Path) -> list[dict[str, Any]]:
    """The resources in a file."""
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def kustomization(folder: Path) -> dict[str, Any]:
    """A folder's kustomization.yaml."""
    (read,) = documents(folder / "kustomization.yaml")
    return read


def folders() -> list[Path]:
    """Every folder with a kustomization."""
    return sorted(path.parent for path in FOLDER.glob("*/kustomization.yaml"))


def listed(folder: Path) -> Iterator[Path]:
    """The files and folders that a kustomization takes in."""
    read = kustomization(folder)
    for entry in [*read.get("resources", []), *read.get("components", [])]:
        yield (folder / entry).resolve()
    for patch in read.get("patches", []):
        yield (folder / patch["path"]).resolve()
    for generator in read.get("configMapGenerator", []):
        for name in generator["envs"]:
            yield (folder / name).resolve()


def resources(folder: Path) -> list[dict[str, Any]]:
    """All resources of a kustomization and of those below it, patches left out."""
    found = []
    read = kustomization(folder)
    for entry in [*read.get("resources", []), *read.get("components", [])]:
        path = (folder / entry).resolve()
        found += resources(path) if path.is_dir() else documents(path)
    return found


def patches(folder: Path) -> list[dict[str, Any]]:
    """The patches of a kustomization and of those below it."""
    read = kustomization(folder)
    below = [
        (folder / entry).resolve() for entry in [*read.get("resources", []), *read.get("components", [])]
    ]
    own = [one for patch in read.get("patches", []) for one in documents((folder / patch["path"]).resolve())]
    return [*(patch for path in below if path.is_dir() for patch in patches(path)), *own]


def pod_specs(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pod of each Deployment and Job, by the resource's name."""
    return {
        resource["metadata"]["name"]: resource["spec"]["template"]
        for resource in found
        if resource["kind"] in {"Deployment", "Job"}
    }

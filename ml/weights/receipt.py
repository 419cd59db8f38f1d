"""The receipt of a complete model folder: which files it holds, their sizes and hashes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECEIPT = "COMPLETE.json"
CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileFact:
    """A file's size in bytes and sha256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a folder held when it was complete; `source` is "packages" or "hub"."""

    name: str
    recipe: int
    source: str
    files: dict[str, FileFact]


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()


def write(folder: Path, name: str, recipe: int, source: str) -> Receipt:
    """Hash every file of the folder and write the receipt, complete or not at all."""
    files = {
        path.relative_to(folder).as_posix(): FileFact(path.stat().st_size, sha256_of(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != RECEIPT
    }
    body: dict[str, Any] = {
        "name": name,
        "recipe": recipe,
        "source": source,
        "files": {file: {"size": fact.size, "sha256": fact.sha256} for file, fact in files.items()},
    }
    partial = folder / f"{RECEIPT}.partial"
    partial.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    partial.replace(folder / RECEIPT)
    return Receipt(name, recipe, source, files)


def read(folder: Path) -> Receipt | None:
    """The folder's receipt, or None where there is none or it cannot be read."""
    try:
        body = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
        files = {
            file: FileFact(int(fact["size"]), str(fact["sha256"])) for file, fact in body["files"].items()
        }
        return Receipt(str(body["name"]), int(body["recipe"]), str(body["source"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def wrong_size(folder: Path, receipt: Receipt) -> str | None:
    """The first file that is missing or has another size than the receipt says, or None."""
    for file, fact in receipt.files.items():
        try:
            if (folder / file).stat().st_size != fact.size:
                return file
        except OSError:
            return file
    return None


def wrong_content(folder: Path, receipt: Receipt) -> str | None:
    """The first file whose bytes differ from the receipt, or None; reads every byte."""
    damaged = wrong_size(folder, receipt)
    if damaged is not None:
        return damaged
    for file, fact in receipt.files.items():
        if sha256_of(folder / file) != fact.sha256:
            return file
    return None

"""Checkpoints of a run: which are whole, and which one a resumed run starts from."""

from __future__ import annotations

import json
from pathlib import Path

from finetune.dialogues import hash_of
from finetune.errors import FinetuneError, FinetuneErrorCode

RECEIPT = "COMPLETE.json"
PREFIX = "checkpoint-"


def seal(checkpoint: Path) -> None:
    """Write each file's sha256 into the receipt; without it a checkpoint counts as half written."""
    hashes = {
        str(file.relative_to(checkpoint)): hash_of(file)
        for file in sorted(checkpoint.rglob("*"))
        if file.is_file() and file.name != RECEIPT
    }
    staged = checkpoint / f".{RECEIPT}"
    staged.write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    staged.replace(checkpoint / RECEIPT)


def is_whole(checkpoint: Path) -> bool:
    """Whether every file of a checkpoint is there as it was written; reads every byte."""
    try:
        hashes: dict[str, str] = json.loads((checkpoint / RECEIPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all(
        (checkpoint / name).is_file() and hash_of(checkpoint / name) == sha256
        for name, sha256 in hashes.items()
    )


def step_of(checkpoint: Path) -> int:
    """The number of updates a checkpoint was written after."""
    return int(checkpoint.name.removeprefix(PREFIX))


def all_of(folder: Path) -> list[Path]:
    """The checkpoints of a run, newest first, whole or not."""
    found = [
        path for path in folder.glob(f"{PREFIX}*") if path.is_dir() and path.name[len(PREFIX) :].isdigit()
    ]
    return sorted(found, key=step_of, reverse=True)


def last_whole(folder: Path) -> tuple[Path | None, list[Path]]:
    """The newest whole checkpoint, None where a run never reached one, and the broken newer ones.

    Raises:
        FinetuneError: checkpoint_broken: there are checkpoints, and none of them is whole.
    """
    broken: list[Path] = []
    for checkpoint in all_of(folder):
        if is_whole(checkpoint):
            return checkpoint, broken
        broken.append(checkpoint)
    if broken:
        names = ", ".join(path.name for path in broken)
        raise FinetuneError(
            FinetuneErrorCode.CHECKPOINT_BROKEN,
            f"No checkpoint of this run is whole: {names}. Start the run again in another folder.",
        )
    return None, broken

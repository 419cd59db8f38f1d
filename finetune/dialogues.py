"""Reads dialogues from what dataset/ publishes and from published corpora."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finetune.config import DataSource, SourceKind
from finetune.errors import FinetuneError, FinetuneErrorCode
from ml.errors import MLError
from ml.schemas.dialogue import AnnotatedDialogue, Split


def read_source(source: DataSource) -> list[AnnotatedDialogue]:
    """The dialogues of one source, in its order, with their published splits.

    Raises:
        FinetuneError: data_invalid: the file is missing, not the one that was pinned, or a record
            cannot be read; label_unknown: a label is none of `ml.schemas.labels`.
    """
    path = Path(source.path)
    if not path.exists():
        raise _invalid(f"There is no data at {source.path}.")
    if source.sha256 is not None and (found := hash_of(path)) != source.sha256:
        raise _invalid(f"{path.name} is not the pinned file: its sha256 is {found}.")
    if source.kind is SourceKind.JSONL:
        return _read_jsonl(path)
    if source.kind is SourceKind.DATASET_DICT:
        return _read_dataset_dict(path)
    return _read_corpus(source.kind, path)


def hash_of(path: Path) -> str:
    """The sha256 of a file, or of a folder's files with their names."""
    if path.is_file():
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path)}\0{hash_of(file)}\n".encode())
    return whole.hexdigest()


def of_split(dialogues: Iterable[AnnotatedDialogue], split: Split) -> list[AnnotatedDialogue]:
    """The dialogues of a split.

    Raises:
        FinetuneError: split_empty: there is none.
    """
    chosen = [dialogue for dialogue in dialogues if dialogue.split is split]
    if not chosen:
        raise FinetuneError(
            FinetuneErrorCode.SPLIT_EMPTY,
            f"No dialogue is in the split {split.value!r}. Split the data first (dataset_split).",
        )
    return chosen


def _read_corpus(kind: SourceKind, path: Path) -> list[AnnotatedDialogue]:
    from ml.corpora import annomi, esconv, mesc

    readers = {
        SourceKind.MESC: mesc.read_mesc,
        SourceKind.ESCONV: esconv.read_esconv,
        SourceKind.ANNOMI: annomi.read_annomi,
    }
    try:
        return readers[kind](path)
    except MLError as error:
        raise _invalid(str(error)) from None


def _read_jsonl(path: Path) -> list[AnnotatedDialogue]:
    dialogues = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                dialogues.append(_record(line, f"{path.name}, line {number}"))
    return dialogues


def _read_dataset_dict(path: Path) -> list[AnnotatedDialogue]:
    import datasets

    try:
        parts = datasets.load_from_disk(str(path))
    except (FileNotFoundError, ValueError, OSError):
        raise _invalid(f"{path.name} is not a folder that save_to_disk of datasets wrote.") from None
    if not isinstance(parts, datasets.DatasetDict):
        raise _invalid(f"{path.name} holds one part; a DatasetDict with splits is needed.")
    dialogues = []
    for name, part in parts.items():
        for number, row in enumerate(part):
            record = {**_without_empty(row), "split": name}
            dialogues.append(_record(record, f"{path.name}, {name} row {number}"))
    return dialogues


def _without_empty(value: Any) -> Any:
    """Arrow fills absent fields with None; the record has its own defaults for them."""
    if isinstance(value, Mapping):
        return {key: _without_empty(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def _record(raw: str | dict[str, Any], where: str) -> AnnotatedDialogue:
    try:
        if isinstance(raw, str):
            return AnnotatedDialogue.model_validate_json(raw)
        return AnnotatedDialogue.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        code = FinetuneErrorCode.DATA_INVALID
        if place.endswith((".emotion.value", ".strategy.value")):
            code = FinetuneErrorCode.LABEL_UNKNOWN
        raise FinetuneError(code, f"{where}: {place or 'record'}: {first['type']}.") from None


def _invalid(message: str) -> FinetuneError:
    return FinetuneError(FinetuneErrorCode.DATA_INVALID, message)

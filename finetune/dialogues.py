"""Reads dialogues from what dataset/ publishes and from published corpora."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finetune.config import DataSource, SourceKind
from finetune.errors import FinetuneError, FinetuneErrorCode
from ml.errors import MLError
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.dialogue_rows import dialogue_of


def read_source(source: DataSource, bad_rows: list[str] | None = None) -> list[AnnotatedDialogue]:
    """The dialogues of one source, in its order, with their published splits.

    Args:
        source: the file or folder.
        bad_rows: gets a sentence for each row of a published corpus that cannot be read whole; the row
            or its label is left out. Without it such a file is refused.

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
    return _read_corpus(source.kind, path, bad_rows)


def hash_of(path: Path) -> str:
    """The sha256 of a file, or of a folder's files with their names."""
    if path.is_file():
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path)}\0{hash_of(file)}\n".encode())
    return whole.hexdigest()


def of_split(dialogues: Sequence[AnnotatedDialogue], split: Split) -> list[AnnotatedDialogue]:
    """The dialogues of a split.

    Raises:
        FinetuneError: split_empty: there is none.
    """
    chosen = [dialogue for dialogue in dialogues if dialogue.split is split]
    if not chosen:
        raise FinetuneError(
            FinetuneErrorCode.SPLIT_EMPTY,
            f"No dialogue is in the split {split.value!r}{_there(dialogues)}.",
        )
    return chosen


def _there(dialogues: Sequence[AnnotatedDialogue]) -> str:
    """Which splits there are instead, as the end of a sentence."""
    counts = Counter(dialogue.split.value if dialogue.split else "" for dialogue in dialogues)
    if not counts:
        return ": there are no dialogues"
    if set(counts) == {""}:
        return f": none of the {counts['']} dialogues has one (dataset_split gives them one; --split all)"
    return ", only in " + ", ".join(f"{name or 'none'} ({count})" for name, count in sorted(counts.items()))


def _read_corpus(kind: SourceKind, path: Path, bad_rows: list[str] | None) -> list[AnnotatedDialogue]:
    from ml.corpora import annomi, esconv, mesc
    from ml.corpora.reading import CorpusError, Problems

    readers = {
        SourceKind.MESC: mesc.read_mesc,
        SourceKind.ESCONV: esconv.read_esconv,
        SourceKind.ANNOMI: annomi.read_annomi,
    }
    problems = Problems(path.name, tolerated=bad_rows is not None)
    try:
        found = readers[kind](path, problems)
    except CorpusError as error:
        code = FinetuneErrorCode.LABEL_UNKNOWN if error.labels_unknown else FinetuneErrorCode.DATA_INVALID
        raise FinetuneError(code, str(error)) from None
    except MLError as error:
        raise _invalid(str(error)) from None
    if bad_rows is not None:
        bad_rows += [f"Line {row.line}: {row.what}" for row in problems.rows]
    return found


def _read_jsonl(path: Path) -> list[AnnotatedDialogue]:
    dialogues = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                dialogues.append(_record(line, f"{path.name}, line {number}"))
    return dialogues


def _read_dataset_dict(path: Path) -> list[AnnotatedDialogue]:
    """The tables of a published folder (``data/<split>-*.parquet``), or what `save_to_disk` wrote."""
    if files := sorted(path.glob("data/*.parquet")):
        return _read_parquet(files)
    import datasets

    try:
        parts = datasets.load_from_disk(str(path))
    except (FileNotFoundError, ValueError, OSError):
        raise _invalid(
            f"{path.name} is neither a published folder nor one that save_to_disk wrote."
        ) from None
    if not isinstance(parts, datasets.DatasetDict):
        raise _invalid(f"{path.name} holds one part; a DatasetDict with splits is needed.")
    return [
        _row(row, name, f"{path.name}, {name} row {number}")
        for name, part in parts.items()
        for number, row in enumerate(part)
    ]


def _read_parquet(files: Sequence[Path]) -> list[AnnotatedDialogue]:
    import pyarrow
    from pyarrow import parquet

    dialogues = []
    for file in files:
        try:
            rows = parquet.read_table(file).to_pylist()
        except (pyarrow.ArrowException, OSError):
            raise _invalid(f"{file.name} is damaged, or no Parquet file.") from None
        split = file.name.partition("-")[0]
        dialogues += [_row(row, split, f"{file.name}, row {number}") for number, row in enumerate(rows)]
    return dialogues


def _row(row: Mapping[str, Any], split: str, where: str) -> AnnotatedDialogue:
    try:
        return dialogue_of(row, Split(split))
    except (KeyError, IndexError, TypeError, ValueError):
        raise _invalid(f"{where}: not a dialogue of this schema, or of a split named {split!r}.") from None


def _record(raw: str, where: str) -> AnnotatedDialogue:
    try:
        return AnnotatedDialogue.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        code = FinetuneErrorCode.DATA_INVALID
        if place.endswith((".emotion.value", ".strategy.value")):
            code = FinetuneErrorCode.LABEL_UNKNOWN
        raise FinetuneError(code, f"{where}: {place or 'record'}: {first['type']}.") from None


def _invalid(message: str) -> FinetuneError:
    return FinetuneError(FinetuneErrorCode.DATA_INVALID, message)

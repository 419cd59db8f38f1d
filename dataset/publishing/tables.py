"""Dialogues as Hugging Face tables, and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dataset.errors import DatasetError
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.dialogue_rows import EMOTIONS, ROLES, STRATEGIES, dialogue_of, row_of

SHARD_BYTES = 400_000_000


class ClipMissing(DatasetError):
    """A dialogue names a clip that is not in the data set."""

    code = "clip_missing"


def features(*, embed_clips: bool = False) -> Any:
    """The columns (`datasets.Features`): one row for each dialogue, labels as ClassLabel.

    With `embed_clips` every turn has a `video` of the clip's bytes beside the path of its file.
    """
    from datasets import ClassLabel, Features, List, Value, Video

    text, number, share = Value("string"), Value("int64"), Value("float64")

    def label(name: str, names: Sequence[str]) -> dict[str, Any]:
        return {
            name: ClassLabel(names=[str(item) for item in names]),
            f"{name}_confidence": share,
            f"{name}_rationale": text,
            f"{name}_annotator": text,
            f"{name}_prompt_version": text,
        }

    turn = {
        "id": text,
        "index": number,
        "speaker": text,
        "role": ClassLabel(names=[str(item) for item in ROLES]),
        "role_confidence": share,
        "start_ms": number,
        "end_ms": number,
        "text": text,
        "clip": text,
        **label("emotion", EMOTIONS),
        **label("strategy", STRATEGIES),
        "source_labels": List({"name": text, "value": text}),
    }
    if embed_clips:
        # Not decoded by default: that needs torchcodec, which few readers have.
        turn["video"] = Video(decode=False)
    source = ("dataset", "source_id", "playlist", "title", "url", "licence", "sha256")
    return Features(
        {"id": text, "language": text, "source": dict.fromkeys(source, text), "utterances": List(turn)}
    )


def tables_of(dialogues: Sequence[AnnotatedDialogue], root: Path | None = None) -> Any:
    """A `datasets.DatasetDict` with a table for each split that has dialogues, ordered by id.

    Args:
        dialogues: split ones.
        root: where the clips lie; with it they are embedded.

    Raises:
        ClipMissing: a clip is not there.
    """
    from datasets import Dataset, DatasetDict

    columns = features(embed_clips=root is not None)
    tables = {}
    for split in Split:
        chosen = sorted((item for item in dialogues if item.split is split), key=lambda item: item.id)
        if chosen:
            rows = [row_of(item) if root is None else _with_video(row_of(item), root) for item in chosen]
            tables[split.value] = Dataset.from_list(rows, features=columns)
    return DatasetDict(tables)


def dialogues_in(tables: Any) -> list[AnnotatedDialogue]:
    """The dialogues of a DatasetDict that `tables_of` made, with their splits."""
    return [dialogue_of(row, Split(name)) for name, table in tables.items() for row in table]


def write_parquet(tables: Any, folder: Path) -> list[Path]:
    """Write ``data/<split>-00000-of-0000N.parquet``, as a hub expects them."""
    written = []
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        count = max(1, -(-int(table.data.nbytes) // SHARD_BYTES))
        for shard in range(count):
            path = folder / "data" / f"{name}-{shard:05d}-of-{count:05d}.parquet"
            table.shard(count, shard, contiguous=True).to_parquet(str(path))
            written.append(path)
    return written


def _with_video(row: dict[str, Any], root: Path) -> dict[str, Any]:
    for turn in row["utterances"]:
        turn["video"] = None
        if turn["clip"]:
            turn["video"] = {
                "path": Path(turn["clip"]).name,
                "bytes": clip_file(root, turn["clip"]).read_bytes(),
            }
    return row


def clip_file(root: Path, clip: str) -> Path:
    """The file of a clip.

    Raises:
        ClipMissing: it is not inside the data set, or not there.
    """
    path = (root / clip).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise ClipMissing(f"The clip {clip} is not in this data set.")
    return path

"""Published corpora come into a data set as ROOT/reference/<name>.jsonl."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset.collection import write_jsonl
from dataset.manifest import Entry, Manifest, sha256_of, work_key
from dataset.splits import SharedKey, shared_keys
from dataset.stages import Result, run_once
from dataset.workspace import Workspace
from ml.corpora.annomi import read_annomi
from ml.corpora.esconv import read_esconv
from ml.corpora.mesc import read_mesc
from ml.corpora.reading import Problems, RowProblem
from ml.schemas.dialogue import AnnotatedDialogue

STAGE = "reference"
READERS: dict[str, Callable[[Path, Problems | None], list[AnnotatedDialogue]]] = {
    "annomi": read_annomi,
    "esconv": read_esconv,
    "mesc": read_mesc,
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the dialogues, what was left out, and what its splits share."""

    entry: Entry
    dialogues: Sequence[AnnotatedDialogue]
    problems: Sequence[RowProblem]
    shared: Sequence[SharedKey]


def import_reference(
    workspace: Workspace,
    manifest: Manifest,
    corpus: str,
    file: Path,
    *,
    name: str = "",
    tolerate: bool = False,
) -> Imported:
    """Read a corpus file and keep it as a reference; the same file is not written twice.

    Args:
        corpus: one of `READERS`.
        file: as its publishers give it.
        name: what it is called here; the corpus by default.
        tolerate: leave out bad rows rather than refuse the file.

    Raises:
        CorpusError: the file cannot be read, or has bad rows that are not tolerated.
    """
    name = name or corpus
    target = workspace.reference_file(name)
    problems = Problems(file.name, tolerated=tolerate)
    dialogues = READERS[corpus](file, problems)

    def work() -> Result:
        return Result(outputs=[write_jsonl(target, dialogues)], reason=f"{len(dialogues)} dialogues")

    key = work_key(corpus=corpus, file=sha256_of(file), tolerate=tolerate, dialogues=len(dialogues))
    entry = run_once(manifest, workspace, f"reference/{name}", STAGE, key, work)
    return Imported(entry, dialogues, problems.rows, shared_keys(dialogues))

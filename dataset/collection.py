"""The dialogues of a workspace: our own, from the videos' folders, and the imported references."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from dataset.errors import DatasetError
from dataset.manifest import Manifest
from dataset.workspace import VideoFolder, Workspace, write_text
from ml.schemas.dialogue import AnnotatedDialogue

_DIALOGUE = re.compile(r"videos/([^/]+)/([^/]+)/(?:dialogue|annotated)\.json")


class UnreadableDialogues(DatasetError):
    """A file of dialogues is missing or not what it should be; names file and line, no words."""

    code = "unreadable_dialogues"


def own_dialogues(workspace: Workspace, manifest: Manifest) -> list[AnnotatedDialogue]:
    """The dialogues extracted here, with labels where they are annotated, in order of their folders.

    Those that only a bucket has are found by the manifest and fetched.

    Raises:
        UnreadableDialogues: a file is damaged.
    """
    found = []
    for folder in _folders(workspace, manifest):
        path = dialogue_file(workspace, folder)
        if path is not None:
            found.append(_parsed(path.read_text(encoding="utf-8"), workspace.relative(path)))
    return found


def _folders(workspace: Workspace, manifest: Manifest) -> list[VideoFolder]:
    found = {folder.item: folder for folder in workspace.videos()}
    if workspace.mirror is not None:
        for entry in manifest.entries():
            for path in entry.outputs:
                match = _DIALOGUE.fullmatch(path)
                if match is not None:
                    folder = workspace.video(match[1], match[2])
                    found[folder.item] = folder
    return [found[item] for item in sorted(found)]


def dialogue_file(workspace: Workspace, folder: VideoFolder) -> Path | None:
    """The file of a video's dialogue, the annotated one first; None before extraction is done."""
    for path in (folder.annotated, folder.dialogue):
        if workspace.present(path):
            return path
    return None


def reference_names(workspace: Workspace) -> list[str]:
    """The imported corpora, by name."""
    return sorted(path.stem for path in (workspace.root / "reference").glob("*.jsonl"))


def reference_dialogues(workspace: Workspace, name: str) -> list[AnnotatedDialogue]:
    """The dialogues of an imported corpus.

    Raises:
        UnreadableDialogues: it was not imported, or its file is damaged.
    """
    path = workspace.reference_file(name)
    if not workspace.present(path):
        known = ", ".join(reference_names(workspace)) or "none"
        raise UnreadableDialogues(f"There is no reference {name!r}; imported are: {known}.")
    return read_jsonl(path)


def read_jsonl(path: Path) -> list[AnnotatedDialogue]:
    """One dialogue on each line.

    Raises:
        UnreadableDialogues: naming file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableDialogues(f"{path.name} cannot be read ({type(error).__name__}).") from None
    return [
        _parsed(line, f"{path.name}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def write_jsonl(path: Path, dialogues: Sequence[AnnotatedDialogue]) -> Path:
    """Write one dialogue on each line, whole or not at all."""
    return write_text(path, "".join(f"{dialogue.model_dump_json()}\n" for dialogue in dialogues))


def _parsed(text: str, where: str) -> AnnotatedDialogue:
    try:
        return AnnotatedDialogue.model_validate(json.loads(text))
    except json.JSONDecodeError:
        raise UnreadableDialogues(f"{where} is not JSON.") from None
    except ValidationError as error:
        places = sorted({".".join(map(str, item["loc"])) or item["type"] for item in error.errors()})
        raise UnreadableDialogues(f"{where} is no dialogue: {', '.join(places[:5])}.") from None

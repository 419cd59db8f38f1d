"""The published folder: README.md, data/*.parquet, and the clips where they are not embedded."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from dataset.manifest import Entry, Manifest, work_key
from dataset.publishing.card import CardFacts, card_of
from dataset.publishing.tables import clip_file, features, tables_of, write_parquet
from dataset.stages import Result, run_once
from dataset.workspace import Workspace, replacing, safe_id
from ml.schemas.dialogue import AnnotatedDialogue

STAGE = "publish"


def publish_folder(
    workspace: Workspace,
    manifest: Manifest,
    dialogues: Sequence[AnnotatedDialogue],
    facts: CardFacts,
    *,
    embed_clips: bool = False,
    with_clips: bool = True,
) -> tuple[Path, Entry]:
    """Write ROOT/published/<name>/ whole or not at all; the same data is not written twice.

    Args:
        dialogues: split ones, whose licences were looked at.
        facts: what the card tells; its `name` names the folder.
        embed_clips: put the clips into the tables instead of beside them.
        with_clips: leave the clips out altogether where False.

    Raises:
        ClipMissing: a clip is not there (by then nothing was written).
    """
    name = safe_id(facts.name.rpartition("/")[2])
    target = workspace.published / name
    chosen = list(dialogues) if with_clips else [_without_clips(item) for item in dialogues]
    clips = sorted({turn.clip for item in chosen for turn in item.utterances if turn.clip})
    for clip in clips:
        workspace.present(workspace.root / clip)
        clip_file(workspace.root, clip)
    columns = features(embed_clips=embed_clips and with_clips)
    card = card_of(chosen, columns, facts)

    def work() -> Result:
        with replacing(target) as part:
            tables = tables_of(chosen, workspace.root if embed_clips and with_clips else None)
            write_parquet(tables, part)
            for clip in clips if not embed_clips else []:
                _link(clip_file(workspace.root, clip), part / clip)
            (part / "README.md").write_text(card, encoding="utf-8")
            if target.exists():
                shutil.rmtree(target)
        return Result(outputs=sorted(path for path in target.rglob("*") if path.is_file()))

    key = work_key(
        dialogues=hashlib.sha256("\n".join(item.model_dump_json() for item in chosen).encode()).hexdigest(),
        clips=[(clip, manifest.sha256(clip)) for clip in clips],
        card=card,
        embed=embed_clips,
    )
    return target, run_once(manifest, workspace, f"published/{name}", STAGE, key, work)


def _without_clips(dialogue: AnnotatedDialogue) -> AnnotatedDialogue:
    turns = [turn.model_copy(update={"clip": ""}) for turn in dialogue.utterances]
    return dialogue.model_copy(update={"utterances": turns})


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system cannot."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

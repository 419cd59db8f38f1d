"""dataset_reference and dataset_split on a workspace."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dataset.collection import own_dialogues, reference_dialogues
from dataset.manifest import Manifest
from dataset.tests.made_dialogues import made
from dataset.workspace import Workspace
from ml.schemas.dialogue import Split

MESC = (
    "split,Utterance,Speaker,Emotion,Strategy,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\r\n"
    'train,I left.,Client,sadness,undefined,0,0,1,1,"00:00:54,097","00:00:55,113"\r\n'
    'val,What happened?,Therapist,neutral,Open question,1,0,1,1,"00:00:55,260","00:00:56,263"\r\n'
)


def run(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def workspace_with(root: Path, count: int) -> Workspace:
    workspace = Workspace(root)
    for number in range(count):
        folder = workspace.video("list", f"video{number}")
        folder.path.mkdir(parents=True)
        plain, labelled = made(f"video{number}", turns=2), made(f"video{number}", turns=8)
        folder.dialogue.write_text(plain.model_dump_json(), encoding="utf-8")
        if number % 2:
            folder.annotated.write_text(labelled.model_dump_json(), encoding="utf-8")
    return workspace


def test_a_corpus_comes_in_once_with_its_published_split(tmp_path: Path) -> None:
    file = tmp_path / "mesc.csv"
    file.write_text(MESC, encoding="utf-8")
    root = tmp_path / "data"

    told = run("dataset_reference", "mesc", str(file), "--root", str(root))
    target = Workspace(root).reference_file("mesc")
    first = target.stat().st_mtime_ns
    run("dataset_reference", "mesc", str(file), "--root", str(root))

    assert "2 dialogues of 1 sources, 2 turns" in told
    assert "1 of 1 sources are in more than one published split" in told
    assert target.stat().st_mtime_ns == first
    dialogues = reference_dialogues(Workspace(root), "mesc")
    assert [item.split for item in dialogues] == [Split.TRAIN, Split.VALIDATION]
    with Manifest(Workspace(root).database) as manifest:
        assert [entry.item for entry in manifest.entries("reference")] == ["reference/mesc"]


def test_bad_rows_refuse_the_file_unless_tolerated(tmp_path: Path) -> None:
    file = tmp_path / "mesc.csv"
    file.write_text(MESC.replace("sadness", "bliss"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"mesc\.csv has 1 bad rows\. Line 2"):
        run("dataset_reference", "mesc", str(file), "--root", str(tmp_path / "data"))
    told = run("dataset_reference", "mesc", str(file), "--root", str(tmp_path / "data"), "--tolerate")
    assert "left out: line 2: the column Emotion" in told


def test_splits_are_written_once_and_stand(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, 10)
    dry = run("dataset_split", "--root", str(tmp_path), "--dry-run")
    assert not workspace.splits.exists()

    told = run("dataset_split", "--root", str(tmp_path))
    written = json.loads(workspace.splits.read_text(encoding="utf-8"))["dialogues"]

    assert dry == told
    assert "dialogues" in told and "emotion" in told
    assert len(written) == 10
    assert set(written.values()) == {"train", "validation", "test"}
    parts = json.loads(run("dataset_split", "--root", str(tmp_path), "--seed", "7", "--json"))
    assert json.loads(workspace.splits.read_text(encoding="utf-8"))["dialogues"] == written
    assert sum(part["totals"]["dialogues"] for part in parts.values()) == 10
    run("dataset_split", "--root", str(tmp_path), "--seed", "7", "--fresh")
    assert json.loads(workspace.splits.read_text(encoding="utf-8"))["dialogues"] != written


def test_the_annotated_record_goes_before_the_plain_one(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, 2)
    with Manifest(workspace.database) as manifest:
        assert [len(item.utterances) for item in own_dialogues(workspace, manifest)] == [2, 8]


def test_what_cannot_be_split(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing_to_split"):
        run("dataset_split", "--root", str(tmp_path / "empty"))
    workspace = workspace_with(tmp_path / "data", 1)
    folder = workspace.video("list", "video0")
    folder.dialogue.write_text('{"id": "x", "words": "secret"}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"dialogue\.json is no dialogue") as caught:
        run("dataset_split", "--root", str(tmp_path / "data"))
    assert "secret" not in str(caught.value)

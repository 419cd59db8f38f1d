"""An adapter serves only with a promotion of exactly its weights."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ml.errors import BackendNotInstalled
from ml.llm.adapters import with_adapter
from ml.weights.adapters import CONFIG, PROMOTIONS, WEIGHTS, AdapterStore, Promotion
from ml.weights.receipt import sha256_of


def put(root: Path, name: str, weights: bytes = b"weights") -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / CONFIG).write_text("{}")
    (folder / WEIGHTS).write_bytes(weights)
    return folder


def promote(root: Path, name: str, compared_with: str = "") -> None:
    AdapterStore(root).promote(
        Promotion(
            name=name,
            sha256=sha256_of(root / name / WEIGHTS),
            compared_with=compared_with,
            data_sha256="0" * 64,
            scores={"macro_f1": 0.5},
            scores_before={"macro_f1": 0.4},
            promoted_at=datetime.now(UTC),
        )
    )


def test_a_promoted_adapter_is_an_option_of_its_backend(tmp_path: Path) -> None:
    folder = put(tmp_path, "march")
    promote(tmp_path, "march")

    local = with_adapter("transformers_local", {"model_path": "base"}, "march", tmp_path)
    server = with_adapter("openai_compatible", {"base_url": "http://host/v1"}, "march", tmp_path)

    assert local == {"model_path": "base", "adapter_path": str(folder)}
    assert server == {"base_url": "http://host/v1", "model": "march"}


def test_switching_back_is_the_former_name(tmp_path: Path) -> None:
    for name, before in (("march", ""), ("april", "march")):
        put(tmp_path, name, name.encode())
        promote(tmp_path, name, before)

    options = with_adapter("transformers_local", {}, "march", tmp_path)

    assert options == {"adapter_path": str(tmp_path / "march")}


def test_without_an_adapter_the_options_stay(tmp_path: Path) -> None:
    assert with_adapter("packaged_gguf", {"model": "m"}, "", tmp_path) == {"model": "m"}


def test_an_adapter_that_was_not_promoted_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "march")

    with pytest.raises(BackendNotInstalled, match="not promoted"):
        with_adapter("transformers_local", {}, "march", tmp_path)


def test_other_weights_under_a_promoted_name_are_refused(tmp_path: Path) -> None:
    folder = put(tmp_path, "march")
    promote(tmp_path, "march")
    (folder / WEIGHTS).write_bytes(b"other")

    with pytest.raises(BackendNotInstalled, match="not promoted"):
        with_adapter("transformers_local", {}, "march", tmp_path)


@pytest.mark.parametrize("name", ["april", "../march", "", "/etc"])
def test_an_unknown_name_lists_what_is_here(tmp_path: Path, name: str) -> None:
    put(tmp_path, "march")

    with pytest.raises(BackendNotInstalled, match="Here are: march"):
        AdapterStore(tmp_path).path(name)


def test_a_backend_that_takes_no_adapter_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled, match="openai_compatible, transformers_local"):
        with_adapter("packaged_gguf", {}, "march", tmp_path)


def test_a_line_torn_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "march")
    promote(tmp_path, "march")
    with (tmp_path / PROMOTIONS).open("a") as stream:
        stream.write('{"name": "mar')

    assert AdapterStore(tmp_path).promotion("march") is not None

"""A model counts as there only while its receipt and its files agree."""

from __future__ import annotations

import pytest

from ml.errors import BackendNotInstalled, ErrorCode
from ml.weights import receipt
from ml.weights.store import RECEIPT, WeightStore


@pytest.fixture
def filled(store: WeightStore) -> WeightStore:
    folder = store.root / "toy"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"0123456789")
    (folder / "config.json").write_bytes(b"{}")
    receipt.write(folder, "toy", 1, "packages")
    return store


def test_a_complete_model_has_a_path(filled: WeightStore) -> None:
    assert filled.path("toy") == filled.root / "toy"
    assert filled.verify("toy") == filled.root / "toy"
    assert filled.has("toy")


def test_a_missing_model_names_the_command_that_gets_it(store: WeightStore) -> None:
    with pytest.raises(BackendNotInstalled, match="fetch_models whisper-base") as caught:
        store.path("whisper-base")
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not store.has("whisper-base")


def test_a_truncated_file_is_noticed_at_once(filled: WeightStore) -> None:
    with (filled.root / "toy" / "model.bin").open("r+b") as stream:
        stream.truncate(4)
    with pytest.raises(BackendNotInstalled, match=r"'model\.bin'") as caught:
        filled.path("toy")
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not filled.has("toy")


def test_a_deleted_file_is_noticed_at_once(filled: WeightStore) -> None:
    (filled.root / "toy" / "config.json").unlink()
    with pytest.raises(BackendNotInstalled, match=r"config\.json"):
        filled.path("toy")


def test_changed_bytes_of_the_same_size_are_found_by_verify(filled: WeightStore) -> None:
    (filled.root / "toy" / "model.bin").write_bytes(b"012345678X")
    filled.path("toy")
    with pytest.raises(BackendNotInstalled, match="damaged"):
        filled.verify("toy")


@pytest.mark.parametrize("body", ["", "[]", '{"name": "toy"}', '{"name": "toy", "files": []}'])
def test_a_damaged_receipt_is_no_receipt(filled: WeightStore, body: str) -> None:
    (filled.root / "toy" / RECEIPT).write_text(body)
    assert not filled.has("toy")

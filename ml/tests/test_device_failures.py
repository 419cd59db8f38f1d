"""Failures of a device, as the libraries themselves raise them where that can be had on a CPU."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from ml.device_failures import device_failure, is_out_of_memory
from ml.errors import BackendNotInstalled, DeviceLost, ErrorCode, TransientError

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is an optional install")


@pytest.mark.parametrize(
    "words",
    [
        "CUDA failed with error out of memory",
        "cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED",
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "Failed to allocate memory for requested buffer of size 1048576",
    ],
)
def test_too_little_memory_may_be_tried_with_less(words: str) -> None:
    failure = device_failure(RuntimeError(words))

    assert isinstance(failure, TransientError) and failure.code is ErrorCode.OUT_OF_MEMORY
    assert is_out_of_memory(RuntimeError(words))


def test_pythons_own_error_counts_too() -> None:
    assert is_out_of_memory(MemoryError())


@needs_torch
def test_torch_says_it_by_class_or_in_words() -> None:
    import torch

    assert is_out_of_memory(torch.OutOfMemoryError("Tried to allocate 2.00 GiB."))
    with pytest.raises(RuntimeError) as caught:
        torch.zeros(1 << 45)
    assert is_out_of_memory(caught.value)
    assert isinstance(device_failure(torch.AcceleratorError("an illegal memory access")), DeviceLost)


def test_what_ctranslate2_says_where_no_gpu_is() -> None:
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has a GPU")
    with pytest.raises(RuntimeError) as caught:
        ctranslate2.get_supported_compute_types("cuda")
    assert isinstance(device_failure(caught.value), BackendNotInstalled)


def test_a_missing_library_is_an_operators_matter() -> None:
    failure = device_failure(RuntimeError("Library libcublas.so.12 is not found or cannot be loaded"))

    assert isinstance(failure, BackendNotInstalled)


@pytest.mark.parametrize(
    "words",
    [
        "CUDA failed with error an illegal memory access was encountered",
        "CUDA error: device-side assert triggered",
        "cuBLAS failed with status CUBLAS_STATUS_EXECUTION_FAILED",
    ],
)
def test_a_gpu_that_broke_down_needs_a_new_process(words: str) -> None:
    failure = device_failure(RuntimeError(words))

    assert isinstance(failure, DeviceLost) and failure.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_other_errors_are_not_the_devices() -> None:
    assert device_failure(ValueError("The patient remembers the accident")) is None
    assert not is_out_of_memory(KeyError("segments"))


def test_the_message_never_quotes_the_library() -> None:
    assert "secret words" not in str(device_failure(RuntimeError("CUDA error: secret words")))
